//! Backends on Amazon Bedrock: what their names say of where they compute, and which requests they can take.

use sekisho_policies::{BackendDialect, Brought, Decision, Declared, Policy, Question, Reason, Summary};

use crate::reading::check;
use crate::world::{HERE, HIGHEST, base, load, subject};

/// A backend of the small world's open zone, in Tokyo, and a model that leads there.
fn bedrock(model: &str, deployment: &str) -> String {
    format!(
        "[[backend]]\nid = \"aws\"\nzone = \"open\"\nurl = \"http://127.0.0.1:9\"\ntrust_anchor = \"ca.pem\"\n\
         upstream_model = \"{model}\"\ndeployment = \"{deployment}\"\ndialect = \"bedrock\"\nregion = \"ap-northeast-1\"\n\
         [[model]]\nid = \"amazon.nova-lite-v1:0\"\nbackends = [\"aws\"]\n"
    )
}

const PROFILE: &str = "arn:aws:bedrock:ap-northeast-1:123456789012:application-inference-profile/k3v8";

fn profile(regions: &str) -> String {
    format!(
        "[[inference_profile]]\narn = \"{PROFILE}\"\nmodel = \"amazon.nova-lite-v1:0\"\nregions = {regions}\n"
    )
}

#[test]
fn a_deployment_is_what_the_models_name_says() {
    let fits = |model, deployment| check(&bedrock(model, deployment), &[]);
    let differs = |model: &str, deployment: &str, told: &str| {
        check(&bedrock(model, deployment), &[&format!("more.toml:2:6: {told}")]);
    };
    fits("amazon.nova-lite-v1:0", "regional");
    fits("jp.anthropic.claude-sonnet-4-6", "country");
    fits("apac.anthropic.claude-sonnet-4-6", "data-zone");
    fits("global.anthropic.claude-sonnet-4-6", "global");
    differs(
        "global.anthropic.claude-sonnet-4-6",
        "country",
        "`global.anthropic.claude-sonnet-4-6` is not deployed as `country`; its name says `global`",
    );
    differs(
        "jp.anthropic.claude-sonnet-4-6",
        "regional",
        "`jp.anthropic.claude-sonnet-4-6` is not deployed as `regional`; its name says `country`",
    );
    differs(
        "us.anthropic.claude-sonnet-4-6",
        "country",
        "`us.anthropic.claude-sonnet-4-6` is not computed in the country of the region `ap-northeast-1`; it is computed in us-east-1, us-east-2, us-west-1, us-west-2",
    );
    differs(
        "kr.anthropic.claude-sonnet-4-6",
        "regional",
        "where models with the prefix `kr.` are computed is not known; ask by the ARN of an `[[inference_profile]]` that says in which regions",
    );
}

#[test]
fn a_backend_on_bedrock_says_its_region() {
    let without = bedrock("amazon.nova-lite-v1:0", "regional").replace("region = \"ap-northeast-1\"\n", "");
    check(
        &without,
        &[
            "more.toml:1:1: a backend on Amazon Bedrock has a `region`; write the region that it is asked in, as `region = \"ap-northeast-1\"`",
        ],
    );
    let wrong = bedrock("amazon.nova-lite-v1:0", "regional").replace("ap-northeast-1", "tokyo");
    check(&wrong, &["more.toml:9:10: `tokyo` is no region; write it as `ap-northeast-1`"]);
}

#[test]
fn an_arn_is_what_its_profile_says() {
    let asks = |deployment| bedrock(PROFILE, deployment);
    check(&(asks("country") + &profile("[\"ap-northeast-1\", \"ap-northeast-3\"]")), &[]);
    check(&(asks("regional") + &profile("[\"ap-northeast-1\"]")), &[]);
    check(
        &(asks("country") + &profile("[\"ap-northeast-1\", \"ap-southeast-1\"]")),
        &[&format!("more.toml:2:6: `{PROFILE}` is not deployed as `country`; its name says `data-zone`")],
    );
    check(
        &asks("regional"),
        &[
            "more.toml:2:6: backend `aws` asks for an ARN that hides what it computes, and where; write an `[[inference_profile]]` with its model and regions",
        ],
    );
    check(
        &(bedrock("amazon.nova-lite-v1:0", "regional") + &profile("[\"japan\"]")),
        &[
            "more.toml:16:12: `japan` is no region; write regions as `ap-northeast-1`, or `global` for anywhere",
        ],
    );
}

/// What becomes of a request for that model in that wire form.
fn asked(policy: &std::sync::Arc<Policy>, model: &str, dialect: BackendDialect) -> Result<String, Reason> {
    let subject = subject(policy, &[HIGHEST]);
    let declared = Declared::Level(policy.scale().lowest());
    let findings = &Summary::default();
    let question = Question {
        subject: &subject,
        declared,
        brought: Brought::Nothing,
        recalled: None,
        model,
        dialect: Some(dialect),
        findings,
        used_up: &[],
        from: HERE,
        now: 0,
    };
    match policy.decide(&question) {
        Decision::Permit(permit) => Ok(policy.backend(permit.first().backend()).id.clone()),
        Decision::Refuse(denial) => Err(denial.reason),
    }
}

#[test]
fn a_profile_that_policy_knows_is_a_name_for_its_model_and_no_other_is() {
    let text = base() + &bedrock("amazon.nova-lite-v1:0", "regional") + &profile("[\"ap-northeast-1\"]");
    let policy = load(&text);
    let check = |model: &str, expect| {
        assert_eq!(asked(&policy, model, BackendDialect::Bedrock), expect, "{model}");
    };
    check("amazon.nova-lite-v1:0", Ok("aws".to_owned()));
    check(PROFILE, Ok("aws".to_owned()));
    check(&PROFILE.replace("k3v8", "k3v9"), Err(Reason::UnknownModel));
    check("amazon.nova-lite-v1", Err(Reason::UnknownModel));
    check("global.amazon.nova-lite-v1:0", Err(Reason::UnknownModel));
}

#[test]
fn a_backend_takes_requests_of_its_own_form_alone() {
    let both = "[[model]]\nid = \"both\"\nbackends = [\"aws\", \"b-open\"]\n";
    let policy = load(&(base() + &bedrock("amazon.nova-lite-v1:0", "regional") + both));
    let (chat, aws) = (BackendDialect::OpenAiChat, BackendDialect::Bedrock);
    assert_eq!(asked(&policy, "both", chat), Ok("b-open".to_owned()));
    assert_eq!(asked(&policy, "both", aws), Ok("aws".to_owned()));
    assert_eq!(asked(&policy, "m", aws), Err(Reason::UnknownModel));
    assert_eq!(asked(&policy, "amazon.nova-lite-v1:0", chat), Err(Reason::UnknownModel));
    let holder = subject(&policy, &[HIGHEST]);
    let names = |dialect| {
        let visible = policy.visible_models(&holder, Some(dialect), HERE, 0);
        visible.into_iter().map(|model| model.id.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(names(chat), ["m", "m-open", "both"]);
    assert_eq!(names(aws), ["amazon.nova-lite-v1:0", "both"]);
}
