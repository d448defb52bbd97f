use sekisho_exchange::Reply;

fn main() {
    let _ = Reply { status: 200, heads: Vec::new(), body: b"unguarded".to_vec() };
}
