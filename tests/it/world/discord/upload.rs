//! Bodies with files: read from multipart/form-data, and held to what the JSON beside them says.

use super::limits::COMPONENTS_V2;
use serde_json::Value;

/// A file that came with a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// The name of its part: `files[0]`.
    pub part: String,
    pub name: String,
    pub bytes: Vec<u8>,
}

/// The JSON and the files of a body.
pub fn read(content_type: &str, body: &[u8]) -> Result<(Value, Vec<Upload>), String> {
    let boundary = content_type
        .split(';')
        .find_map(|part| part.trim().strip_prefix("boundary="))
        .ok_or("no boundary")?;
    let mark = format!("--{}", boundary.trim_matches('"'));
    let mut json = None;
    let mut files = Vec::new();
    let mut rest = after(body, mark.as_bytes()).ok_or("no part")?;
    while let Some(part) = rest.strip_prefix(b"\r\n") {
        let end = position(part, format!("\r\n{mark}").as_bytes()).ok_or("a part without end")?;
        let (own, behind) = (&part[..end], &part[end + 2 + mark.len()..]);
        rest = behind;
        let gap = position(own, b"\r\n\r\n").ok_or("a part without head")?;
        let (head, bytes) = (String::from_utf8_lossy(&own[..gap]), &own[gap + 4..]);
        let name = field(&head, "name").ok_or("a part without name")?;
        match (name.as_str(), field(&head, "filename")) {
            ("payload_json", None) => {
                let read = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
                json = Some(read);
            }
            (_, Some(filename)) => files.push(Upload {
                part: name,
                name: filename,
                bytes: bytes.to_vec(),
            }),
            _ => return Err(format!("a part {name}")),
        }
    }
    if rest != b"--\r\n" {
        return Err("the last part is not closed".to_owned());
    }
    Ok((json.ok_or("no payload_json")?, files))
}

fn field(head: &str, name: &str) -> Option<String> {
    let start = format!(" {name}=\"");
    let (_, value) = head.split_once(&start)?;
    Some(value.split('"').next().unwrap_or_default().to_owned())
}

fn position(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|part| part == wanted)
}

fn after<'a>(text: &'a [u8], wanted: &[u8]) -> Option<&'a [u8]> {
    let at = position(text, wanted)?;
    Some(&text[at + wanted.len()..])
}

/// What is wrong between the files and the message that they came with. `body`: of the request.
pub fn judge(body: &Value, files: &[Upload]) -> Vec<String> {
    let message = body.get("data").unwrap_or(body);
    let mut wrong = Vec::new();
    let named: Vec<(String, &str)> = message["attachments"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|one| {
            let filename = one["filename"].as_str().unwrap_or_default();
            let id = one["id"].as_str().unwrap_or_default();
            (format!("files[{id}]"), filename)
        })
        .collect();
    for file in files {
        if !named.contains(&(file.part.clone(), file.name.as_str())) {
            wrong.push(format!("{} {} is no attachment", file.part, file.name));
        }
        if file.bytes.is_empty() {
            wrong.push(format!("{} is empty", file.name));
        }
    }
    for (part, name) in &named {
        if !files.iter().any(|file| file.part == *part) {
            wrong.push(format!("the attachment {name} did not come"));
        }
    }
    let mut shown = Vec::new();
    components(&message["components"], &mut shown);
    for url in &shown {
        let name = url.strip_prefix("attachment://").unwrap_or_default();
        if !named.iter().any(|(_, known)| *known == name) {
            wrong.push(format!("{url} is no attachment"));
        }
    }
    let is_v2 = message["flags"].as_u64().unwrap_or(0) & COMPONENTS_V2 != 0;
    if is_v2 && shown.len() != files.len() {
        wrong.push("a file that no component shows".to_owned());
    }
    wrong
}

fn components(of: &Value, shown: &mut Vec<String>) {
    for one in of.as_array().into_iter().flatten() {
        if one["type"] == 13 {
            shown.push(one["file"]["url"].as_str().unwrap_or_default().to_owned());
        }
        components(&one["components"], shown);
    }
}

#[test]
fn parts_are_read_and_held_to_their_json() {
    let json = r#"{"flags":32768,"components":[{"type":13,"file":{"url":"attachment://a.json"}}],"attachments":[{"id":"0","filename":"a.json"}]}"#;
    let body = |json: &str| {
        format!(
            "--X\r\nContent-Disposition: form-data; name=\"files[0]\"; filename=\"a.json\"\r\n\r\n{{\r\n}}\r\n\
             --X\r\nContent-Disposition: form-data; name=\"payload_json\"\r\n\r\n{json}\r\n--X--\r\n"
        )
    };
    let read = |json: &str| read("multipart/form-data; boundary=X", body(json).as_bytes());
    let (told, files) = read(json).expect("it can be read");
    assert_eq!(files[0].bytes, b"{\r\n}");
    assert_eq!(judge(&told, &files), Vec::<String>::new());
    assert_eq!(judge(&told, &[]).len(), 2);
    let (other, files) = read(&json.replace("a.json", "b.json")).expect("it can be read");
    assert_eq!(judge(&other, &files), ["files[0] a.json is no attachment"]);
    assert!(read("{").is_err());
}
