use super::{Standing, judge};
use crate::Confidence::{self, High, Medium};
use crate::sight::Sight;

/// `«…»` is what was matched; `expect` the whole mark, or nothing for a mention.
#[track_caller]
fn check(marked: &str, expect: Option<(&str, Confidence)>) {
    let start = marked.find('«').unwrap();
    let end = marked.find('»').unwrap() - '«'.len_utf8();
    let text = marked.replace(['«', '»'], "");
    match (judge(&Sight::whole(&text), start..end), expect) {
        (Standing::Mark(span, sure), Some(want)) => {
            assert_eq!((text.get(span).unwrap(), sure), want, "{marked}")
        }
        (Standing::Mention, None) => {}
        (Standing::Mark(..), None) => panic!("taken for a mark: {marked}"),
        (Standing::Mention, Some(_)) => panic!("taken for a mention: {marked}"),
    }
}

#[test]
fn marks() {
    check("【«機密性３情報»】本件の詳細", Some(("【機密性３情報】", High)));
    check("件名：【 «機2» 】会議", Some(("【 機2 】", High)));
    check("資料1\n　«機密性2情報»\n本文", Some(("機密性2情報", High)));
    check("«機密性２情報»（メンバー限り）", Some(("機密性２情報（メンバー限り）", High)));
    check("会議資料　«機密性２情報»(社内限り)", Some(("機密性２情報(社内限り)", High)));
    check("［«機密性2情報»／完全性2情報］", Some(("［機密性2情報／完全性2情報］", High)));
    check("格付け：«機密性2情報»", Some(("機密性2情報", High)));
    check("（«機密性2情報»）", Some(("（機密性2情報）", High)));
    check("資料１（«機密性2情報»）", Some(("（機密性2情報）", Medium)));
    check("| «機密性2情報» |", Some(("機密性2情報", High)));
    check("■ «機密性2情報» ■", Some(("機密性2情報", High)));
    check("本件は«機密性2情報»です", Some(("機密性2情報", Medium)));
    check("次の文書（«機密性2情報»）を要約して", Some(("（機密性2情報）", Medium)));
    check("件名：■■«機密性2情報»■■　日程調整", Some(("機密性2情報", High)));
    check("【関係部局«限り»】会議の件", Some(("【関係部局限り】", High)));
    check("関係部局«限り»\n", Some(("限り", High)));
}

#[test]
fn mentions() {
    check("「«機密性２情報»の定義は？」", None);
    check("«機密性２情報»の定義は？", None);
    check("本件は«機密性2情報»ですか", None);
    check("当該文書（«機密性2情報»）は送れない", None);
    check("【«機密性３情報»とは】", None);
    check("説明：«機密性2情報»とは", None);
    check("«機密性1情報»、機密性2情報の違い", None);
    check("| «機密性3情報» | 秘密文書に相当する |", None);
}

#[test]
fn levels_that_are_listed_are_mentions() {
    check("（1）«機密性3情報»\n秘密文書に相当する情報\n（2）機密性2情報\n", None);
    check("(1)«機密性3情報»\n秘密文書に相当する情報\n(2)機密性2情報\n", None);
    check("A. 機密性1情報 B. «機密性2情報» C. 機密性3情報", None);
    check("□機密性１　☑«機密性２»　□機密性３", Some(("機密性２", High)));
}
