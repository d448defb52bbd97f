//! What the names of Amazon Bedrock say about where a model is computed: the prefix of an inference profile's id is its
//! only visible sign of residence (Amazon Bedrock User Guide, «Supported Regions and models for inference profiles»).

use crate::zone::Deployment;

/// Where a name lets the vendor compute.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Residence {
    /// In the region that is asked.
    Region,
    /// In these regions of one country.
    Country(&'static [&'static str]),
    /// In regions of several countries.
    Group,
    /// Anywhere.
    Anywhere,
}

/// Prefixes of system-defined profiles. The regions are those of the country, not those of one profile, which may be fewer.
const PREFIXES: [(&str, Residence); 8] = [
    ("jp", Residence::Country(&["ap-northeast-1", "ap-northeast-3"])),
    ("au", Residence::Country(&["ap-southeast-2", "ap-southeast-4"])),
    ("ca", Residence::Country(&["ca-central-1", "ca-west-1"])),
    ("us", Residence::Country(&["us-east-1", "us-east-2", "us-west-1", "us-west-2"])),
    ("us-gov", Residence::Country(&["us-gov-east-1", "us-gov-west-1"])),
    ("eu", Residence::Group),
    ("apac", Residence::Group),
    ("global", Residence::Anywhere),
];

/// Makers whose names begin the ids of models, so that what stands before one is known for a prefix.
const MAKERS: [&str; 20] = [
    "ai21",
    "amazon",
    "anthropic",
    "cohere",
    "deepseek",
    "google",
    "luma",
    "meta",
    "minimax",
    "mistral",
    "moonshot",
    "moonshotai",
    "nvidia",
    "openai",
    "qwen",
    "stability",
    "twelvelabs",
    "upstage",
    "writer",
    "zai",
];

/// Where the model of that id is computed.
///
/// # Errors
/// The id has a prefix that this program does not know.
pub(crate) fn residence(model: &str) -> Result<Residence, &str> {
    let (first, rest) = model.split_once('.').unwrap_or((model, ""));
    if let Some((_, residence)) = PREFIXES.iter().find(|(prefix, _)| *prefix == first) {
        return Ok(*residence);
    }
    let maker = rest.split('.').next().unwrap_or_default();
    if MAKERS.contains(&maker) && !MAKERS.contains(&first) { Err(first) } else { Ok(Residence::Region) }
}

/// Where what computes in these regions may be: `global` is anywhere.
pub(crate) fn spread(regions: &[String]) -> Residence {
    let within = |country: &[&str]| regions.iter().all(|region| country.contains(&region.as_str()));
    let countries = PREFIXES.iter().filter_map(|(_, residence)| match residence {
        Residence::Country(country) => Some(*country),
        _ => None,
    });
    if regions.iter().any(|region| region == ANYWHERE) {
        return Residence::Anywhere;
    }
    match regions {
        [_] => Residence::Region,
        _ => countries.into_iter().find(|c| within(c)).map_or(Residence::Group, Residence::Country),
    }
}

/// What stands for every region.
pub(crate) const ANYWHERE: &str = "global";

/// Whether a name is an ARN, which says nothing of what it stands for.
pub(crate) fn is_arn(model: &str) -> bool {
    model.starts_with("arn:")
}

impl Residence {
    /// The kinds of deployment that it can be called, the usual one first.
    pub(crate) fn deployments(self) -> &'static [Deployment] {
        match self {
            Residence::Region => &[Deployment::Regional, Deployment::Dedicated],
            Residence::Country(_) => &[Deployment::Country],
            Residence::Group => &[Deployment::DataZone],
            Residence::Anywhere => &[Deployment::Global],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Residence, residence, spread};
    use crate::zone::Deployment;

    #[test]
    fn the_prefix_of_an_id_says_where_it_is_computed() {
        let check = |model, expect: Result<Deployment, &str>| {
            assert_eq!(residence(model).map(|known| known.deployments()[0]), expect, "{model}");
        };
        check("amazon.nova-lite-v1:0", Ok(Deployment::Regional));
        check("anthropic.claude-3-5-sonnet-20240620-v1:0", Ok(Deployment::Regional));
        check("zai.glm-4.7", Ok(Deployment::Regional));
        check("jp.anthropic.claude-sonnet-4-6", Ok(Deployment::Country));
        check("us.anthropic.claude-sonnet-4-6", Ok(Deployment::Country));
        check("apac.anthropic.claude-sonnet-4-6", Ok(Deployment::DataZone));
        check("eu.amazon.nova-lite-v1:0", Ok(Deployment::DataZone));
        check("global.anthropic.claude-sonnet-4-6", Ok(Deployment::Global));
        check("kr.anthropic.claude-sonnet-4-6", Err("kr"));
        check("GLOBAL.anthropic.claude-sonnet-4-6", Err("GLOBAL"));
    }

    #[test]
    fn regions_of_one_country_are_a_country_and_others_are_not() {
        let check = |regions: &[&str], expect: Deployment| {
            let regions: Vec<String> = regions.iter().map(|region| (*region).to_owned()).collect();
            assert_eq!(spread(&regions).deployments()[0], expect, "{regions:?}");
        };
        check(&["ap-northeast-1"], Deployment::Regional);
        check(&["ap-northeast-1", "ap-northeast-3"], Deployment::Country);
        check(&["ap-northeast-1", "ap-northeast-2"], Deployment::DataZone);
        check(&["ap-northeast-1", "us-east-1"], Deployment::DataZone);
        check(&["ap-northeast-1", "global"], Deployment::Global);
        assert_eq!(spread(&[]), Residence::Country(&["ap-northeast-1", "ap-northeast-3"]));
    }
}
