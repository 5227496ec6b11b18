//! Colleagues of the account and of its customers.
//!
//! Documented: all requests (that to create to `isRmUser`, whose values are those of the
//! edit), and that a deletion answers a string. Inferred: that the list has pages, that
//! fields that an edit leaves out stay, and that an e-mail belongs to one customer or
//! colleague. Invented: the fields of a colleague (the names of the requests, and `id`),
//! that create and edit answer true, the string, the refusals.

use serde_json::{Map, Value, json};

use super::customers::check_name;
use super::permissions;
use crate::check::{Field, Rule, check_fields, integer, may, must, text};
use crate::envelope::{Json, Refusal};
use crate::paging::Paging;
use crate::portal::Portal;
use crate::route::Call;

#[derive(Clone)]
pub(crate) struct Colleague {
    id: String,
    /// The `partnerId` of the customer they belong to; none: the account itself.
    owner: Option<String>,
    yeastar_id: String,
    first_name: String,
    last_name: String,
    remark: String,
    resources: Vec<String>,
    is_rm_user: u64,
    status: String,
}

const CREATE: &[Field] = &[
    must("yeastarId", Rule::Email),
    must("resourceIds", Rule::List),
    may("ownerId", Rule::Text),
    may("firstName", Rule::AnyText),
    may("lastName", Rule::AnyText),
    may("remark", Rule::AnyText),
    may("isRmUser", Rule::IntegerOf(&[0, 1])),
];

const EDIT: &[Field] = &[
    must("resourceIds", Rule::List),
    may("firstName", Rule::AnyText),
    may("lastName", Rule::AnyText),
    may("remark", Rule::AnyText),
    may("userStatus", Rule::TextOf(&["UnActive", "Frozen"])),
    may("password", Rule::Text),
    may("isRmUser", Rule::IntegerOf(&[0, 1])),
];

const DELETE: &[Field] = &[must("colleaguesIds", Rule::List)];

/// All colleagues, oldest first.
#[derive(Clone)]
pub(crate) struct Colleagues(Vec<Colleague>);

impl Default for Colleagues {
    /// One of the account and one of its first customer, both made up.
    fn default() -> Self {
        let made_up = |number: u64, owner: Option<&str>| Colleague {
            first_name: "Example".into(),
            last_name: format!("Colleague {number}"),
            remark: "made up by the sandbox".into(),
            resources: permissions::ids().map(str::to_owned).collect(),
            ..Colleague::new(
                3_405_184_805_912_670_208 + number,
                owner,
                &format!("colleague-{number}@example.com"),
            )
        };
        Self(vec![made_up(1, None), made_up(2, Some("3505184805912670208"))])
    }
}

impl Colleagues {
    pub(crate) fn has_email(&self, email: &str) -> bool {
        self.0.iter().any(|colleague| colleague.yeastar_id.eq_ignore_ascii_case(email))
    }

    /// The permissions of the colleague with this id.
    pub(super) fn resources(&self, id: &str) -> Option<&[String]> {
        self.0.iter().find(|colleague| colleague.id == id).map(|colleague| &*colleague.resources)
    }
}

/// `colleague_list`
pub(crate) fn colleague_list(portal: &mut Portal, call: &Call) -> Result<Json, Refusal> {
    let paging = Paging::of(call)?;
    let owner = call.fields.get("ownerId");
    portal.customers.check("ownerId", owner)?;
    let colleagues: Vec<&Colleague> =
        portal.colleagues.0.iter().filter(|colleague| colleague.owner.as_deref() == owner).collect();
    Ok(paging.page(&colleagues, |colleague| colleague.to_json()).into())
}

/// `colleague_create`
pub(crate) fn colleague_create(portal: &mut Portal, call: &Call) -> Result<Json, Refusal> {
    let body = check_fields("", &call.body, &[CREATE])?;
    check_name(body)?;
    let resources = resources(body)?;
    let owner = text(body, "ownerId");
    portal.customers.check("ownerId", owner)?;
    let yeastar_id = text(body, "yeastarId").unwrap_or_default();
    portal.check_is_new(yeastar_id)?;
    let mut colleague = Colleague { resources, ..Colleague::new(portal.ids.long(), owner, yeastar_id) };
    colleague.fill(body);
    portal.colleagues.0.push(colleague);
    Ok(Value::Bool(true).into())
}

/// `colleague_edit`
pub(crate) fn colleague_edit(portal: &mut Portal, call: &Call) -> Result<Json, Refusal> {
    let body = check_fields("", &call.body, &[EDIT])?;
    check_name(body)?;
    let resources = resources(body)?;
    let id = call.fields.text("colleaguesId");
    let Some(colleague) = portal.colleagues.0.iter_mut().find(|colleague| colleague.id == id) else {
        return Err(Refusal::field("colleaguesId", "exists", "is that of no colleague"));
    };
    colleague.resources = resources;
    colleague.fill(body);
    Ok(Value::Bool(true).into())
}

/// `colleague_delete`: all of them, or none when one is not known.
pub(crate) fn colleague_delete(portal: &mut Portal, call: &Call) -> Result<Json, Refusal> {
    let body = check_fields("", &call.body, &[DELETE])?;
    let ids = texts(body, "colleaguesIds")?;
    let colleagues = &mut portal.colleagues.0;
    let is_known = |id: &String| colleagues.iter().any(|colleague| colleague.id == *id);
    if ids.is_empty() || !ids.iter().all(is_known) {
        return Err(Refusal::field("colleaguesIds", "exists", "is empty or has an id of no colleague"));
    }
    colleagues.retain(|colleague| !ids.contains(&colleague.id));
    Ok(Value::from("success").into())
}

impl Colleague {
    fn new(id: u64, owner: Option<&str>, yeastar_id: &str) -> Self {
        Self {
            id: id.to_string(),
            owner: owner.map(str::to_owned),
            yeastar_id: yeastar_id.to_owned(),
            first_name: String::new(),
            last_name: String::new(),
            remark: String::new(),
            resources: Vec::new(),
            is_rm_user: 0,
            status: "UnActive".into(),
        }
    }

    fn fill(&mut self, body: &Map<String, Value>) {
        let texts = [
            ("firstName", &mut self.first_name),
            ("lastName", &mut self.last_name),
            ("remark", &mut self.remark),
            ("userStatus", &mut self.status),
        ];
        for (name, slot) in texts {
            if let Some(value) = text(body, name) {
                value.clone_into(slot);
            }
        }
        if let Some(flag) = integer(body, "isRmUser") {
            self.is_rm_user = flag;
        }
    }

    fn to_json(&self) -> Value {
        json!({
            "firstName": self.first_name,
            "id": self.id,
            "isRmUser": self.is_rm_user,
            "lastName": self.last_name,
            "remark": self.remark,
            "resourceIds": self.resources,
            "userStatus": self.status,
            "yeastarId": self.yeastar_id,
        })
    }
}

fn resources(body: &Map<String, Value>) -> Result<Vec<String>, Refusal> {
    let ids = texts(body, "resourceIds")?;
    if ids.iter().all(|id| permissions::ids().any(|known| known == id)) {
        Ok(ids)
    } else {
        Err(Refusal::field("resourceIds", "exists", "has an id of no permission"))
    }
}

/// The ids of a list. Whether they are strings or numbers is not documented.
fn texts(body: &Map<String, Value>, name: &str) -> Result<Vec<String>, Refusal> {
    let id = |value: &Value| match value {
        Value::String(id) => Some(id.clone()),
        Value::Number(id) if id.is_u64() => Some(id.to_string()),
        _ => None,
    };
    let list = body.get(name).and_then(Value::as_array);
    let ids: Option<Vec<String>> = list.into_iter().flatten().map(id).collect();
    ids.ok_or_else(|| Refusal::field(name, "type", "is not an array of ids"))
}
