//! What measurements share: nginx as a peer, and a dated file for each result.
#![expect(clippy::print_stdout, reason = "measurements print what they measured")]

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::{cpu_of, house, resident_of};

/// Debian's nginx as a TLS proxy that passes everything on at once.
pub struct Nginx {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Nginx {
    /// In front of a backend, with the certificate in this folder; nothing if nginx is not there, which is said.
    pub fn start(folder: &Path, backend: SocketAddr) -> Option<Nginx> {
        let program =
            ["/usr/sbin/nginx", "/usr/local/sbin/nginx"].map(PathBuf::from).into_iter().find(|p| p.exists());
        let Some(program) = program else {
            println!("nginx is not there: apt-get install nginx-light");
            return None;
        };
        let address = std::net::TcpListener::bind("127.0.0.1:0").ok()?.local_addr().ok()?;
        let here = folder.display();
        let config = format!(
            "daemon off; master_process off; error_log {here}/nginx.log; pid {here}/nginx.pid;\n\
             events {{ worker_connections 19000; }}\n\
             http {{ access_log off; client_body_temp_path {here}/ngx; proxy_temp_path {here}/ngx;\n\
             client_header_timeout 600s; upstream b {{ server {backend}; keepalive 16; }}\n\
             server {{ listen {address} ssl backlog=4096; keepalive_requests 1000000;\n\
             ssl_certificate {here}/server.pem; ssl_certificate_key {here}/server.key; ssl_protocols TLSv1.3;\n\
             location / {{ proxy_pass https://b; proxy_http_version 1.1; proxy_set_header Connection \"\";\n\
             proxy_buffering off; proxy_ssl_protocols TLSv1.3; }} }} }}\n"
        );
        fs::write(folder.join("nginx.conf"), config).ok()?;
        let mut command = Command::new(program);
        command.arg("-p").arg(folder).arg("-c").arg(folder.join("nginx.conf")).stderr(Stdio::null());
        let child = command.spawn().ok()?;
        let nginx = Nginx { child, address };
        let started = Instant::now();
        while std::net::TcpStream::connect(address).is_err() {
            assert!(started.elapsed() < Duration::from_secs(10), "nginx does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
        Some(nginx)
    }

    /// CPU time that it has used.
    pub fn cpu(&self) -> Duration {
        cpu_of(self.child.id())
    }

    /// Memory that it holds now.
    pub fn resident_bytes(&self) -> u64 {
        resident_of(self.child.id())
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// CPU time for each of so many, after some that do not count.
pub fn cpu_each<T>(cpu: &impl Fn() -> Duration, count: usize, mut one: impl FnMut() -> T) -> Duration {
    (0..count / 10).for_each(|_| drop(one()));
    let before = cpu();
    (0..count).for_each(|_| drop(one()));
    (cpu() - before) / u32::try_from(count).unwrap_or(u32::MAX)
}

/// Writes the result where the next one can be compared with it.
pub fn keep(name: &str, report: &str) {
    let date = Command::new("date").args(["-u", "+%Y-%m-%dT%H%M%SZ"]).output().expect("date runs").stdout;
    let folder = house::root().join("target/bench");
    fs::create_dir_all(&folder).expect("a folder can be made");
    let file = folder.join(format!("{name}-{}.txt", String::from_utf8_lossy(&date).trim()));
    fs::write(&file, report).expect("a file can be written");
    println!("kept in {}", file.display());
}
