//! What people tell a chatbot: passwords and the words around them.

use crate::draw::Draw;

/// Makes a secret that a person chose or a tool gave them.
pub fn make(draw: &mut Draw, maker: &str) -> Option<String> {
    Some(match maker {
        "password" => password(draw),
        "password.random" => draw.pattern("{n14}"),
        "password.symbols" => format!(
            "{}{}{}",
            draw.pattern("{c4}"),
            draw.pick(&["#", "!", "$", "%", "@"]),
            draw.pattern("{n7}")
        ),
        "pin" => draw.digits(4),
        "login" => format!(
            "{}{}",
            draw.pick(&["kanri", "user", "t-sato", "jinji", "soumu", "report"]),
            draw.number(2)
        ),
        "pair" => {
            format!("{}{}:{}", draw.pick(&["api", "kanri", "batch"]), draw.number(2), draw.pattern("{n12}"))
        }
        "opaque32" => draw.pattern("{n32}"),
        "opaque40" => draw.pattern("{n40}"),
        "hex32" => draw.pattern("{x32}"),
        _ => return None,
    })
}

fn password(draw: &mut Draw) -> String {
    let word = *draw.pick(&[
        "Sakura", "Kasumi", "Hinode", "Tsubame", "Fujisan", "Momiji", "Asagao", "Kawasemi", "Yukiguni",
        "Minato",
    ]);
    match draw.below(8) {
        0 => format!("{word}{}!", draw.number(4)),
        1 => format!("{word}@{}", draw.number(3)),
        2 => format!("{}#{}", draw.pattern("{n6}"), draw.pattern("{n4}")),
        3 => draw.pattern("{n12}"),
        4 => format!("{}-{}-{}", draw.pattern("{l5}"), draw.pattern("{l5}"), draw.number(2)),
        5 => format!("{}{}$", word.to_lowercase().replace('a', "@"), draw.number(3)),
        6 => draw.pattern("{a10}"),
        _ => format!("{word}_{}", draw.pattern("{n5}")),
    }
}
