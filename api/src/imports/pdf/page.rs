//! Drawing a page, of which only the text is kept, and where lines end. **Invariant: a page is drawn in
//! a bounded number of steps.**

use std::{collections::HashMap, rc::Rc};

use super::{
    file::File,
    font::Font,
    object::{Dict, Lexer, Object},
};

/// The most steps all pages may take.
const STEPS_AT_MOST: u64 = 20_000_000;
/// The most text that is kept, in bytes.
const TEXT_AT_MOST: usize = 8 << 20;
/// How deep forms may stand in each other.
const DEEPEST: usize = 6;

/// A move: `x' = a·x + c·y + e`, `y' = b·x + d·y + f`.
type Matrix = [f64; 6];
const HERE: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

fn after(first: Matrix, then: Matrix) -> Matrix {
    let [a, b, c, d, e, f] = first;
    let [p, q, r, s, t, u] = then;
    [a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u]
}

/// What is drawn, and what was last said.
#[derive(Default)]
pub(super) struct Drawing {
    out: String,
    steps: u64,
    /// Where the last words ended: x, y and size.
    last: Option<(f64, f64, f64)>,
    fonts: HashMap<i64, Rc<Font>>,
}

/// How text is set just now.
#[derive(Clone)]
struct State {
    page: Matrix,
    text: Matrix,
    line: Matrix,
    font: Option<Rc<Font>>,
    size: f64,
    leading: f64,
    between: f64,
    words: f64,
    wide: f64,
}

impl Drawing {
    /// Everything that was said.
    pub(super) fn into_text(self) -> String {
        self.out
    }

    /// Draws a page. Nothing when it is too much.
    pub(super) fn page(&mut self, file: &mut File<'_>, page: &Dict) -> Option<()> {
        let parts: Vec<i64> = match page.get("Contents") {
            Some(Object::Reference(number)) => match file.resolve(&Object::Reference(*number)) {
                Object::Array(parts) => references(parts),
                _ => vec![*number],
            },
            Some(Object::Array(parts)) => references(parts),
            _ => Vec::new(),
        };
        let mut content = Vec::new();
        for part in parts {
            content.extend(file.stream(part)?);
            content.push(b'\n');
        }
        let resources = resources(file, page);
        self.last = None;
        self.draw(file, &content, &resources, HERE, 0)?;
        if !self.out.ends_with('\n') {
            self.out.push_str("\n\n");
        }
        Some(())
    }

    fn draw(
        &mut self,
        file: &mut File<'_>,
        content: &[u8],
        resources: &Dict,
        page: Matrix,
        depth: usize,
    ) -> Option<()> {
        let mut state = State {
            page,
            text: HERE,
            line: HERE,
            font: None,
            size: 1.0,
            leading: 0.0,
            between: 0.0,
            words: 0.0,
            wide: 1.0,
        };
        let mut kept: Vec<State> = Vec::new();
        let mut given: Vec<Object> = Vec::new();
        let mut lexer = Lexer::new(content, 0);
        while let Some(thing) = lexer.next() {
            let Object::Word(word) = thing else {
                if given.len() < 10_000 {
                    given.push(thing);
                }
                continue;
            };
            self.steps += 1 + u64::try_from(given.len()).unwrap_or(0);
            if self.steps > STEPS_AT_MOST || self.out.len() > TEXT_AT_MOST {
                return None;
            }
            match word.as_str() {
                "q" if kept.len() < 200 => kept.push(state.clone()),
                "Q" => state = kept.pop().unwrap_or(state),
                "cm" => state.page = after(matrix(&given), state.page),
                "Tf" => self.set_font(file, resources, &given, &mut state)?,
                "Do" => self.form(file, resources, &given, &state, depth)?,
                // The bytes of an inline picture are no operators.
                "BI" => skip_picture(content, &mut lexer),
                _ => self.set(&word, &given, &mut state),
            }
            given.clear();
        }
        Some(())
    }

    fn set(&mut self, word: &str, given: &[Object], state: &mut State) {
        let number = |at: usize| given.get(at).and_then(Object::number).unwrap_or(0.0);
        match word {
            "BT" => {
                state.text = HERE;
                state.line = HERE;
            }
            "Tm" => {
                state.line = matrix(given);
                state.text = state.line;
            }
            "Td" => state.move_line(number(0), number(1)),
            "TD" => {
                state.leading = -number(1);
                state.move_line(number(0), number(1));
            }
            "TL" => state.leading = number(0),
            "T*" => state.move_line(0.0, -state.leading),
            "Tc" => state.between = number(0),
            "Tw" => state.words = number(0),
            "Tz" => state.wide = number(0) / 100.0,
            "Tj" => self.show(given.first(), state),
            "'" => {
                state.move_line(0.0, -state.leading);
                self.show(given.first(), state);
            }
            "\"" => {
                state.words = number(0);
                state.between = number(1);
                state.move_line(0.0, -state.leading);
                self.show(given.get(2), state);
            }
            "TJ" => {
                let Some(Object::Array(parts)) = given.first() else { return };
                for part in parts {
                    match part.number() {
                        Some(back) => state.forward(-back / 1000.0 * state.size * state.wide),
                        None => self.show(Some(part), state),
                    }
                }
            }
            _ => {}
        }
    }

    fn show(&mut self, text: Option<&Object>, state: &mut State) {
        let (Some(Object::Text(bytes)), Some(font)) = (text, state.font.clone()) else { return };
        for (said, width) in font.read(bytes) {
            let space = if said == " " { state.words } else { 0.0 };
            let wide = (width / 1000.0 * state.size + state.between + space) * state.wide;
            let [a, b, _, _, x, y] = after(state.text, state.page);
            let size = (a.hypot(b) * state.size).abs().max(0.01);
            if !said.is_empty() {
                self.part(x, y, size);
                self.out.push_str(&said);
            }
            state.forward(wide);
            let [_, _, _, _, x, y] = after(state.text, state.page);
            if !said.is_empty() {
                self.last = Some((x, y, size));
            }
        }
    }

    /// What stands between the last words and the next: nothing, a space, the end of a line.
    fn part(&mut self, x: f64, y: f64, size: f64) {
        let Some((last_x, last_y, last_size)) = self.last else { return };
        let size = size.max(last_size);
        let down = (last_y - y).abs();
        if down > size * 2.1 {
            self.out.push_str("\n\n");
        } else if down > size * 0.6 || x < last_x - size * 3.0 {
            self.out.push('\n');
        } else if x - last_x > size * 2.5 {
            self.out.push('\t');
        } else if x - last_x > size * 0.18 && !self.out.ends_with([' ', '\n', '\t']) {
            self.out.push(' ');
        }
    }

    fn set_font(
        &mut self,
        file: &mut File<'_>,
        resources: &Dict,
        given: &[Object],
        state: &mut State,
    ) -> Option<()> {
        let (Some(Object::Name(name)), Some(size)) = (given.first(), given.get(1).and_then(Object::number))
        else {
            return Some(());
        };
        state.size = size;
        let fonts = match file.get(resources, "Font") {
            Some(Object::Dict(fonts)) => fonts,
            _ => return Some(()),
        };
        let key = match fonts.get(name) {
            Some(Object::Reference(number)) => Some(*number),
            _ => None,
        };
        if let Some(known) = key.and_then(|key| self.fonts.get(&key)) {
            state.font = Some(Rc::clone(known));
            return Some(());
        }
        let Some(Object::Dict(dict)) = file.get(fonts, name) else { return Some(()) };
        let dict = dict.clone();
        let font = Rc::new(Font::of(file, &dict)?);
        if let Some(key) = key {
            self.fonts.insert(key, Rc::clone(&font));
        }
        state.font = Some(font);
        Some(())
    }

    /// A form is a page within a page.
    fn form(
        &mut self,
        file: &mut File<'_>,
        above: &Dict,
        given: &[Object],
        state: &State,
        depth: usize,
    ) -> Option<()> {
        let Some(Object::Name(name)) = given.first() else { return Some(()) };
        let Some(Object::Dict(forms)) = file.get(above, "XObject") else { return Some(()) };
        let Some(Object::Reference(number)) = forms.get(name).cloned() else { return Some(()) };
        let Object::Dict(form) = file.resolve(&Object::Reference(number)).clone() else { return Some(()) };
        if depth >= DEEPEST || !form.get("Subtype").is_some_and(|kind| kind.is_name("Form")) {
            return Some(());
        }
        let content = file.stream(number)?;
        let own = resources(file, &form);
        let own = if own.is_empty() { above.clone() } else { own };
        let moved = match file.get(&form, "Matrix") {
            Some(Object::Array(matrix_of)) => after(matrix(matrix_of), state.page),
            _ => state.page,
        };
        self.draw(file, &content, &own, moved, depth + 1)
    }
}

impl State {
    fn move_line(&mut self, x: f64, y: f64) {
        self.line = after([1.0, 0.0, 0.0, 1.0, x, y], self.line);
        self.text = self.line;
    }
    fn forward(&mut self, by: f64) {
        self.text = after([1.0, 0.0, 0.0, 1.0, by, 0.0], self.text);
    }
}

fn resources(file: &File<'_>, of: &Dict) -> Dict {
    match file.get(of, "Resources") {
        Some(Object::Dict(resources)) => resources.clone(),
        _ => Dict::new(),
    }
}
fn references(parts: &[Object]) -> Vec<i64> {
    let number = |part: &Object| match part {
        Object::Reference(number) => Some(*number),
        _ => None,
    };
    parts.iter().filter_map(number).take(10_000).collect()
}
fn matrix(given: &[Object]) -> Matrix {
    let mut matrix = HERE;
    for (place, object) in matrix.iter_mut().zip(given) {
        *place = object.number().unwrap_or(0.0);
    }
    matrix
}
fn skip_picture(content: &[u8], lexer: &mut Lexer<'_>) {
    let ends = super::file::find(content, b"EI", lexer.at);
    lexer.at = ends.map_or(content.len(), |at| at + 2);
}
