//! Mailboxes of public bodies: whose words are all those of tasks and sections, at a domain that nobody else may have.

use super::{Validator, Verdict, keep_if};

pub(super) const LIST: &[Validator] =
    &[Validator { name: "jp-office-mailbox", checksum: false, judge: mailbox }];

/// Tasks and sections, in the spellings that offices use. None is the name of many people.
const TASKS: &str = "abuse admin administrator anzen bosai bousai bunsho cert chiiki chomin chotatsu choutatsu contact csirt \
    cyber dejitaru desk digital doboku donotreply doro douro gakko gakkou gesui gesuido gesuidou gijimu \
    gikai goiken haikibutsu help helpdesk hisho hoiku hostmaster hotline iken info information inquiries \
    inquiry iryo iryou jimukyoku jinji joho jouhou jouhoukoukai jumin jutaku juumin juutaku kaikei kankou \
    kankyo kankyou kanri kansa kanzai keikaku keiri keiyaku kenchiku kenmin kensetsu kenzei kikaku kocho \
    kodomo koho kojinjouhou kokkai kokuho kokusai koreisha kosodate kotsu koucho kouhou koureisha koutsuu \
    koyou kumin kurashi kyoiku kyouiku machizukuri madoguchi master media nenkin no-reply nogyo noreply \
    norin nosei nougyou nourin nousei nouzei nyusatsu nyuusatsu otoiawase postmaster press pubcom query \
    recruit rinmu risaikuru rodo roudou saiyo saiyou sangyo sangyou security seikatsu seisaku senkyo \
    servicedesk shakai shimin shingikai shinzei shisanzei shisho shisutemu shobo shogai shokuin shomu \
    shoubou shougai shoukou shucchojo shuno sodan somu sonmin soudan soumu suido suidou suisan supotsu \
    support syokuin syomu system toiawase tokei tokutei tosho toshokan toukei unei web webmaster www zaimu \
    zaisei zeimu";

/// Words that are somebody's name as well, or too short to say anything: beside another word alone.
const BESIDE: &str = "bunka comment dx fukushi gakushu gakushuu gomi hoken it jido jidou kaigo kaiji kanko kasen kiki \
    kikikanri koseki kouen koyo mail pr public shigen shoko sports yuchi";

/// What sections end in.
const UNITS: &str =
    "ka kakari kei shitsu situ bu kyoku han honbu group team center centre senta jimukyoku tantou tanto desk";

const PREFECTURES: &str = "hokkaido aomori iwate miyagi akita yamagata fukushima ibaraki tochigi gunma saitama chiba tokyo kanagawa \
    niigata toyama ishikawa fukui yamanashi nagano gifu shizuoka aichi mie shiga kyoto osaka hyogo nara \
    wakayama tottori shimane okayama hiroshima yamaguchi tokushima kagawa ehime kochi fukuoka saga nagasaki \
    kumamoto oita miyazaki kagoshima okinawa";

/// Cities whose domain stands below `jp` itself.
const CITIES: &str = "sapporo sendai yokohama kawasaki nagoya kyoto osaka kobe kitakyushu";

fn mailbox(text: &str) -> Verdict {
    let text = text.to_ascii_lowercase();
    keep_if(text.split_once('@').is_some_and(|(local, domain)| is_public(domain) && is_task(local)))
}

/// `go.jp` and `lg.jp`, and the names that are kept for municipalities in the geographic domains.
fn is_public(domain: &str) -> bool {
    let labels: Vec<&str> = domain.rsplit('.').collect();
    let among = |list: &str, label: &str| list.split(' ').any(|word| word == label);
    match *labels.as_slice() {
        ["jp", "go" | "lg", _, ..] => true,
        ["jp", prefecture, "pref" | "metro", ..] => among(PREFECTURES, prefecture),
        ["jp", city, "city", ..] => among(CITIES, city),
        ["jp", prefecture, _, "city" | "town" | "vill", ..] => among(PREFECTURES, prefecture),
        _ => false,
    }
}

/// Words of these lists alone, glued or with signs between, and numbers of two digits; the first of them is a word.
fn is_task(local: &str) -> bool {
    let begins = |list: &'static str| goes_on_from(list, local).any(|rest| is_rest(rest, false, WORDS_MAX));
    begins(TASKS) || goes_on_from(BESIDE, local).any(|rest| is_rest(rest, true, WORDS_MAX))
}

/// Most words behind the first one.
const WORDS_MAX: usize = 3;

/// Whether what is left is such words, and one of them at least if one is `needed`.
fn is_rest(rest: &str, needed: bool, most: usize) -> bool {
    if rest.is_empty() {
        return !needed;
    }
    let next = rest.strip_prefix(['-', '_', '.']).unwrap_or(rest);
    let digits = next.trim_start_matches(|c: char| c.is_ascii_digit());
    let number = (1..=2).contains(&(next.len() - digits.len()));
    let words = [TASKS, BESIDE, UNITS].into_iter().flat_map(|list| goes_on_from(list, next));
    most > 0
        && (number && is_rest(digits, needed, most - 1)
            || words.into_iter().any(|rest| is_rest(rest, false, most - 1)))
}

/// What follows each word of the list that `text` begins with.
fn goes_on_from<'t>(list: &'static str, text: &'t str) -> impl Iterator<Item = &'t str> {
    list.split(' ').filter_map(move |word| text.strip_prefix(word))
}

#[cfg(test)]
mod tests {
    use super::super::Verdict::{Keep, Reject};
    use super::super::check_all;
    use super::mailbox;

    #[test]
    fn words_of_tasks_at_public_domains_are_mailboxes() {
        check_all(
            mailbox,
            Keep,
            "info@digital.go.jp|Kouhou@city.example.lg.jp|soumu-ka@town.example.lg.jp|shiminka@a.lg.jp|koho02@pref.kanagawa.jp|\
             fukushi-ka@city.musashino.tokyo.jp|kokusai.kikaku@mail.soumu.go.jp|info@city.yokohama.jp|hoken_nenkin2@a.lg.jp",
        );
    }

    #[test]
    fn names_and_other_domains_are_none() {
        check_all(
            mailbox,
            Reject,
            "tanaka@a.go.jp|t-yamada@a.lg.jp|info-tanaka@a.go.jp|infotanaka@a.go.jp|fukushi@a.go.jp|koseki1@a.lg.jp|info@a.co.jp|info@go.jp|\
             info@go.jp.evil.example|info@a.go.jp.evil.example|info@city.tokyo.jp|info123@a.go.jp|ka@a.lg.jp|info.@a.go.jp|2info@a.go.jp",
        );
    }
}
