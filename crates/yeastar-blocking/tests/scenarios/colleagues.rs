//! A colleague: created with permissions, changed, deleted. The portal's answers about
//! colleagues are not documented, so they are read here as the sandbox makes them up.

use serde_json::Value;
use yeastar_core::user::{
    CreateColleague, DeleteColleagues, EditColleague, ListColleagues, ListPermissions, UserStatus,
};
use yeastar_core::{ColleagueId, ErrorKind, Json};
use yeastar_sandbox::Server;

use super::client;
use crate::Client;

fn read(rows: impl IntoIterator<Item = Json>) -> Vec<Value> {
    rows.into_iter().map(|row| row.parse().unwrap()).collect()
}

fn permissions(client: &Client, query: ListPermissions) -> Vec<String> {
    let rows = read(client.send(query).unwrap());
    rows.iter().map(|row| row["resourceId"].as_str().unwrap().to_owned()).collect()
}

fn colleagues(client: &Client) -> Vec<Value> {
    client
        .pages(ListColleagues::new().with_page_size(1))
        .flat_map(|page| read(page.unwrap().results))
        .collect()
}

#[test]
fn a_colleague_is_created_changed_and_deleted() {
    let portal = Server::start().unwrap();
    let client = client(&portal);
    let own = permissions(&client, ListPermissions::new());
    let before = colleagues(&client);

    let create = CreateColleague::new("third@example.com", own.iter().map(String::as_str))
        .with_first_name("Third")
        .with_remark("new")
        .with_rm_user(true);
    client.send(create).unwrap();
    let list = colleagues(&client);
    assert_eq!(list.len(), before.len() + 1);
    let created = list.iter().find(|row| row["yeastarId"] == "third@example.com").unwrap();
    let id = ColleagueId::from(created["id"].as_str().unwrap());
    assert_eq!(permissions(&client, ListPermissions::of_colleague(&id)), own);

    let edit = EditColleague::new(id.clone(), [own[0].as_str()])
        .with_last_name("Example")
        .with_user_status(UserStatus::Frozen)
        .with_password("a new password");
    client.send(edit).unwrap();
    let list = colleagues(&client);
    let edited = list.iter().find(|row| row["id"] == id.as_str()).unwrap();
    assert_eq!((&edited["firstName"], &edited["lastName"]), (&"Third".into(), &"Example".into()));
    assert_eq!((&edited["remark"], &edited["isRmUser"]), (&created["remark"], &created["isRmUser"]));
    assert_eq!(edited["userStatus"], "Frozen");
    assert_eq!(permissions(&client, ListPermissions::of_colleague(&id)), own[..1]);

    let told = client.send(DeleteColleagues::new([id.clone()])).unwrap();
    assert!(told.is_some());
    assert_eq!(colleagues(&client), before);
    let error = client.send(DeleteColleagues::new([id])).unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Refused, 1), "{error}");
}
