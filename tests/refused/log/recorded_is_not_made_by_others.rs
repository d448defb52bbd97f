//! A value becomes `Recorded` in the log and nowhere else.

fn main() {
    let _forged = sekisho_log::Recorded { value: () };
    let _made = sekisho_log::Recorded::new(());
}
