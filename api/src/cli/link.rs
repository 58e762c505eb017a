//! An activation link, handed to whoever runs a command. **Invariant: it is printed where it was asked
//! for, and nowhere else; its secret stands behind the `#`.**

use std::{io::IsTerminal, net::IpAddr};

use openapi::sessions::ActivationId;

use super::{Done, Stopped, say};
use crate::{access::Tenant, config::Config, sessions, tokens};

/// Prints a link, and its picture if it is wanted, and what to know about it.
pub(super) fn show(config: &Config, secret: &[u8], tenant: Tenant, id: ActivationId, qr: bool) -> Done {
    let token = tokens::activation_token(secret, tenant, id)?;
    let text = sessions::link_text(&config.public_url, id, &token);
    say(format!("\n  {text}\n"));
    if qr {
        say(picture(&text)?);
    }
    if is_of_this_machine(&config.public_url) {
        say("Phones cannot open this address; --public-url sets the one under which they reach the server.");
    }
    say("The link works once, for 24 hours. Whoever has it can set the password: hand it over in person.");
    Ok(())
}

/// Whether an address means the machine it is opened on, or no machine at all.
fn is_of_this_machine(url: &str) -> bool {
    let host = url.split("://").nth(1).and_then(|rest| rest.split('/').next()).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _port)| name);
    let ip = name.trim_matches(['[', ']']).parse::<IpAddr>();
    name == "localhost" || ip.is_ok_and(|ip| ip.is_loopback() || ip.is_unspecified())
}

/// The link as a code for a phone to scan, two squares in one character.
fn picture(text: &str) -> Result<String, Stopped> {
    use qrcode::render::unicode::Dense1x2;
    let code = qrcode::QrCode::with_error_correction_level(text, qrcode::EcLevel::L)
        .map_err(|bad| Stopped::failed(format!("qr: {bad}")))?;
    let picture = code.render::<Dense1x2>().build();
    if !std::io::stdout().is_terminal() {
        return Ok(picture);
    }
    // White on black, whatever the terminal's own colours: some readers refuse a negative.
    let lines = picture.lines().map(|line| format!("\u{1b}[97;40m{line}\u{1b}[0m"));
    Ok(lines.collect::<Vec<_>>().join("\n"))
}

#[cfg(test)]
mod tests {
    use super::is_of_this_machine;

    #[test]
    fn an_address_that_only_this_machine_understands_is_known() {
        for url in ["http://127.0.0.1:8080", "http://[::1]:8080", "http://localhost/x", "http://0.0.0.0:80"] {
            assert!(is_of_this_machine(url), "{url}");
        }
        for url in ["http://192.168.1.5:8080", "https://dondoc.example", "http://[fd00::5]:8080"] {
            assert!(!is_of_this_machine(url), "{url}");
        }
    }
}
