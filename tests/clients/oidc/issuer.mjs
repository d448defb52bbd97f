// A real OpenID provider on 127.0.0.1: node issuer.mjs AUDIENCE. Says "issuer URL"; then, for each line "token" on stdin,
// "token" and an access token (RFC 9068, ES256); for each line "rotate" it changes to a new key and says so. Ends with stdin.
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { generateKeyPairSync, randomUUID } from "node:crypto";
import { Provider } from "oidc-provider";

const audience = process.argv[2];

const key = () => ({
  ...generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "jwk" }),
  kid: randomUUID(),
  use: "sig",
  alg: "ES256",
});

function provider(issuer) {
  const made = new Provider(issuer, {
    jwks: { keys: [key()] },
    clients: [
      {
        client_id: "official",
        client_secret: "not a secret",
        grant_types: ["client_credentials"],
        redirect_uris: [],
        response_types: [],
        id_token_signed_response_alg: "ES256",
        token_endpoint_auth_method: "client_secret_post",
      },
    ],
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => audience,
        getResourceServerInfo: () => ({
          scope: "ask",
          audience,
          accessTokenFormat: "jwt",
          accessTokenTTL: 600,
          jwt: { sign: { alg: "ES256" } },
        }),
      },
    },
    extraTokenClaims: () => ({ roles: ["official"], ministry: "digital" }),
  });
  made.on("server_error", (_, error) => console.error(error));
  return made;
}

let current;
const server = createServer((request, response) => current.callback()(request, response));
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  current = provider(issuer);
  console.log(`issuer ${issuer}`);
  const lines = createInterface({ input: process.stdin });
  lines.on("line", async (line) => {
    if (line === "rotate") {
      current = provider(issuer);
      console.log("rotated");
      return;
    }
    const body = new URLSearchParams({
      grant_type: "client_credentials",
      client_id: "official",
      client_secret: "not a secret",
      scope: "ask",
    });
    const answer = await fetch(`${issuer}/token`, { method: "POST", body });
    const said = await answer.json();
    console.log(said.access_token ? `token ${said.access_token}` : `no token: ${JSON.stringify(said)}`);
  });
  lines.on("close", () => process.exit(0));
});
