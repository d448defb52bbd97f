//! The rule files this crate ships.

use crate::RuleFile;

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        &[$(RuleFile { name: concat!("rules/", $name), text: include_str!(concat!("../rules/", $name)) }),*]
    };
}

/// In load order; a test compares the list with the folder.
pub(crate) const BUILT_IN: &[RuleFile<'static>] = files![
    "jp/address.toml",
    "jp/bank-account.toml",
    "jp/birth-date.toml",
    "jp/corporate-number.toml",
    "jp/driver-license.toml",
    "jp/employment-insurance.toml",
    "jp/health-insurance.toml",
    "jp/my-number-card.toml",
    "jp/my-number.toml",
    "jp/name.toml",
    "jp/nursing-care.toml",
    "jp/passport.toml",
    "jp/pension.toml",
    "jp/phone.toml",
    "jp/postal-code.toml",
    "jp/residence-card.toml",
    "jp/resident-record.toml",
    "jp/staff-number.toml",
    "jp/vehicle-plate.toml",
    "marking/alliances.toml",
    "marking/handling.toml",
    "marking/label.toml",
    "marking/level-1.toml",
    "marking/level-2.toml",
    "marking/level-3.toml",
    "marking/protected.toml",
    "marking/secret.toml",
    "marking/tlp.toml",
    "marking/uk.toml",
    "marking/us.toml",
    "pii/coordinates.toml",
    "pii/credit-card.toml",
    "pii/email.toml",
    "pii/iban.toml",
    "pii/ids/at.toml",
    "pii/ids/au.toml",
    "pii/ids/be.toml",
    "pii/ids/br.toml",
    "pii/ids/ca.toml",
    "pii/ids/ch.toml",
    "pii/ids/cn.toml",
    "pii/ids/de.toml",
    "pii/ids/dk.toml",
    "pii/ids/es.toml",
    "pii/ids/fi.toml",
    "pii/ids/fr.toml",
    "pii/ids/gb.toml",
    "pii/ids/hk.toml",
    "pii/ids/id.toml",
    "pii/ids/in.toml",
    "pii/ids/it.toml",
    "pii/ids/kr.toml",
    "pii/ids/mx.toml",
    "pii/ids/my.toml",
    "pii/ids/nl.toml",
    "pii/ids/no.toml",
    "pii/ids/nz.toml",
    "pii/ids/ph.toml",
    "pii/ids/pl.toml",
    "pii/ids/ru.toml",
    "pii/ids/se.toml",
    "pii/ids/sg.toml",
    "pii/ids/th.toml",
    "pii/ids/tr.toml",
    "pii/ids/tw.toml",
    "pii/ids/ua.toml",
    "pii/ids/us.toml",
    "pii/ids/vn.toml",
    "pii/ids/za.toml",
    "pii/ip-address.toml",
    "pii/mac-address.toml",
    "pii/mrz.toml",
    "pii/phone.toml",
    "pii/swift.toml",
    "pii/url-user.toml",
    "pii/vat.toml",
    "secret/agents.toml",
    "secret/alibaba.toml",
    "secret/analytics.toml",
    "secret/anthropic.toml",
    "secret/api-platforms.toml",
    "secret/app-secrets.toml",
    "secret/artifacts.toml",
    "secret/auth-headers.toml",
    "secret/aws.toml",
    "secret/azure-annotated-keys.toml",
    "secret/azure-signed-keys.toml",
    "secret/azure.toml",
    "secret/backend-services.toml",
    "secret/bitbucket.toml",
    "secret/brevo.toml",
    "secret/browser-tests.toml",
    "secret/buildkite.toml",
    "secret/captcha.toml",
    "secret/cdn.toml",
    "secret/chat-apps.toml",
    "secret/chat-platforms.toml",
    "secret/chat-services.toml",
    "secret/ci-servers.toml",
    "secret/ci-services.toml",
    "secret/circleci.toml",
    "secret/cloud-databases.toml",
    "secret/cloudflare.toml",
    "secret/clusters.toml",
    "secret/code-scanning.toml",
    "secret/commerce.toml",
    "secret/connection-strings.toml",
    "secret/containers.toml",
    "secret/content.toml",
    "secret/cookies.toml",
    "secret/coverage.toml",
    "secret/credential-files.toml",
    "secret/crm.toml",
    "secret/crypto-exchanges.toml",
    "secret/cybozu.toml",
    "secret/data-platforms.toml",
    "secret/database-uris.toml",
    "secret/databricks.toml",
    "secret/datadog.toml",
    "secret/deployment.toml",
    "secret/digitalocean.toml",
    "secret/discord.toml",
    "secret/doppler.toml",
    "secret/elastic.toml",
    "secret/errors.toml",
    "secret/european-clouds.toml",
    "secret/feature-flags.toml",
    "secret/file-sharing.toml",
    "secret/github.toml",
    "secret/gitlab.toml",
    "secret/google.toml",
    "secret/gpu-clouds.toml",
    "secret/grafana.toml",
    "secret/hashicorp.toml",
    "secret/heroku.toml",
    "secret/hosting.toml",
    "secret/huawei.toml",
    "secret/hugging-face.toml",
    "secret/ibm-cloud.toml",
    "secret/identity.toml",
    "secret/images-and-video.toml",
    "secret/incidents.toml",
    "secret/japan-clouds.toml",
    "secret/jp-backoffice.toml",
    "secret/jp-cloud.toml",
    "secret/jp-commerce.toml",
    "secret/jp-contracts.toml",
    "secret/jp-documents.toml",
    "secret/jp-public.toml",
    "secret/jp-web-services.toml",
    "secret/jp-work.toml",
    "secret/jwt.toml",
    "secret/kubernetes.toml",
    "secret/line.toml",
    "secret/logs.toml",
    "secret/mail-accounts.toml",
    "secret/mail-marketing.toml",
    "secret/mail-services.toml",
    "secret/mailchimp.toml",
    "secret/mailgun.toml",
    "secret/maps-and-lookups.toml",
    "secret/model-apps.toml",
    "secret/model-gateways.toml",
    "secret/model-hosting.toml",
    "secret/model-tracing.toml",
    "secret/models-china.toml",
    "secret/models-inference.toml",
    "secret/models-japan.toml",
    "secret/models.toml",
    "secret/network.toml",
    "secret/new-relic.toml",
    "secret/npm.toml",
    "secret/object-storage.toml",
    "secret/openai.toml",
    "secret/openstack.toml",
    "secret/oracle-cloud.toml",
    "secret/other-forges.toml",
    "secret/otp.toml",
    "secret/password-hashes.toml",
    "secret/password-managers.toml",
    "secret/payment-japan.toml",
    "secret/payment-platforms.toml",
    "secret/payment-services.toml",
    "secret/paypal.toml",
    "secret/postman.toml",
    "secret/private-key-formats.toml",
    "secret/private-key.toml",
    "secret/private-networks.toml",
    "secret/product-analytics.toml",
    "secret/project-tools.toml",
    "secret/push-notifications.toml",
    "secret/pypi.toml",
    "secret/realtime.toml",
    "secret/registries.toml",
    "secret/sakura.toml",
    "secret/search-and-series.toml",
    "secret/secret-stores.toml",
    "secret/sekisho.toml",
    "secret/sendgrid.toml",
    "secret/sentry.toml",
    "secret/service-uris.toml",
    "secret/slack.toml",
    "secret/social.toml",
    "secret/sonar.toml",
    "secret/speech.toml",
    "secret/splunk.toml",
    "secret/square.toml",
    "secret/streaming-services.toml",
    "secret/stripe.toml",
    "secret/support-desks.toml",
    "secret/task-tools.toml",
    "secret/teams.toml",
    "secret/telegram.toml",
    "secret/telephony.toml",
    "secret/tencent.toml",
    "secret/tracing.toml",
    "secret/twilio.toml",
    "secret/uptime.toml",
    "secret/vector-stores.toml",
    "secret/vercel.toml",
    "secret/volcengine.toml",
    "secret/vps.toml",
    "secret/wallet.toml",
    "secret/web-search.toml",
    "secret/work-tools.toml",
    "secret/yandex.toml",
];

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::BUILT_IN;
    use crate::RuleSet;

    fn walk(folder: &Path, names: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, names);
            } else {
                let below = path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap();
                names.push(below.to_str().unwrap().to_owned());
            }
        }
    }

    #[test]
    fn every_file_in_the_folder_is_shipped() {
        let mut names = Vec::new();
        walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("rules"), &mut names);
        names.sort();
        assert_eq!(BUILT_IN.iter().map(|file| file.name.to_owned()).collect::<Vec<_>>(), names);
    }

    #[test]
    fn every_pattern_that_ships_compiles() {
        let rules = RuleSet::built_in().unwrap();
        let faults: Vec<String> = rules.engine().compile().collect();
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }

    #[test]
    fn every_built_in_rule_loads_and_passes_its_own_samples() {
        let errors = match RuleSet::built_in() {
            Ok(rules) => rules.check_examples(),
            Err(errors) => errors,
        };
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        assert!(lines.is_empty(), "{}", lines.join("\n"));
    }
}
