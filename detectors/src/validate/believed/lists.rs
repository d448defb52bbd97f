//! Words by which passwords are told from what stands in the same sentences.

/// Behind the first word of these, a number is a version, a model or a room.
#[rustfmt::skip]
pub(super) const NUMBERED: &[&str] = &[
    "windows", "microsoft", "office", "excel", "word", "outlook", "acrobat", "android", "iphone",
    "ipad", "ios", "galaxy", "pixel", "xperia", "surface", "thinkpad", "latitude", "server",
    "ubuntu", "debian", "rhel", "centos", "red", "rocky", "alma", "python", "java", "node",
    "chrome", "edge", "firefox", "safari", "teams", "zoom", "exchange", "sharepoint", "mysql",
    "mariadb", "postgres", "oracle", "macos", "version", "ver", "covid", "wifi", "wi-fi", "lan",
    "vlan", "usb", "hdmi", "fig", "figure", "table", "sheet", "page", "no", "room", "floor",
    "level", "step", "phase", "group", "team", "user", "host", "client", "port", "error", "code",
    "event", "kb", "cve", "jis", "iso", "iec", "rfc", "ieee", "form", "type", "model", "part",
    "chapter", "class", "grade", "rank", "plan", "sample", "test", "file", "book", "data", "image",
    "img", "dsc", "scan", "doc", "document", "report", "draft", "web", "www", "db", "dns", "proxy",
    "mail", "gateway", "router", "switch", "printer", "kiosk", "pc", "vm", "vpn", "svc", "bg",
    "admin", "root", "id", "account", "staff", "guest", "member", "tls", "ssl", "aes", "sha", "rsa",
    "http", "https", "bit", "utf", "shift", "ctrl", "alt", "command", "item", "case", "ticket",
    "issue", "task", "build", "release", "rev", "patch", "api", "app", "system", "service",
    "project", "prod", "stg", "dev", "win", "mac", "linux", "intel", "core", "ryzen", "geforce",
    "iot", "web3", "gpt", "gpt-4", "claude", "gemini", "llama", "cmd", "notepad", "libreoffice",
    "openoffice", "lhaplus", "bandizip", "foxit", "photoshop", "illustrator", "autocad", "arcgis",
    "qgis", "docuworks", "kintone", "garoon", "cybozu", "onedrive", "box", "slack", "webex",
    "winscp", "teraterm", "filezilla", "vscode", "pr", "gate", "bug", "run", "job", "catalyst",
    "raspberry", "azure", "aws", "gcp", "docker", "kubernetes", "terraform", "ansible", "zip",
    "drive", "esxi", "vmware", "hyper", "citrix", "lenovo", "dell", "toshiba", "epson", "canon",
    "ricoh", "cisco", "yamaha", "buffalo", "qnap", "synology",
];

/// Files end so.
#[rustfmt::skip]
pub(super) const ENDINGS: &[&str] = &[
    ".pdf", ".zip", ".xlsx", ".xls", ".xlsm", ".docx", ".doc", ".pptx", ".csv", ".txt", ".jpg",
    ".png", ".html", ".exe", ".json", ".xml", ".log", ".jp", ".com", ".net", ".org", ".local",
    ".conf", ".pfx", ".p12", ".pem", ".key", ".7z", ".md", ".sh", ".ps1", ".bat", ".py", ".rs",
    ".js", ".ts", ".yml", ".yaml", ".toml", ".ini", ".java", ".cpp", ".go", ".php", ".rb", ".sql", ".dll", ".cer", ".crt", ".mdb", ".accdb",
];

/// What a sentence about a secret goes on with when it tells none.
#[rustfmt::skip]
pub(super) const ASKS: &[&str] = &[
    "必須", "必要", "文字", "桁", "変更", "設定", "入力", "忘れ", "リセット", "パスワード", "同じ", "とは", "ください", "何", "誰",
    "次", "以下", "別途", "別紙", "秘密", "内緒", "共通", "登録", "有効", "無効", "任意", "英数", "半角", "全角", "記号", "数字",
    "自由", "不要", "不明", "大切", "重要", "簡単", "複雑", "利用", "使用", "確認", "管理", "定期", "毎月", "毎年", "年度", "本人",
    "職員", "利用者", "管理者", "あなた", "自分", "それ", "これ", "どれ", "いつ", "どこ", "未設定", "空欄", "なし",
];

/// What stands behind an answer to a secret question.
#[rustfmt::skip]
pub(super) const ANSWERED: &[&str] = &[
    "で登録", "と登録", "に登録", "にし", "に設定", "でした", "です", "だ", "。", "\n", "」", "』", "）",
];

/// Words of programs and settings, joined as `Multi-Factor` is.
#[rustfmt::skip]
pub(super) const SETTINGS: &[&str] = &[
    "case", "two", "multi", "one", "read", "non", "self", "auto", "pre", "post", "user", "single",
    "time", "content", "accept", "access", "wi", "x", "sign", "log", "set", "cache", "last", "no",
    "plain", "base",
];
