//! The files of an import: who is in them, and what.

use contact_sync::first_load::{Columns, Files, Import, is_new};
use contact_sync::plan::plan;
use contact_sync::wire::Marks;
use serde_json::json;

use crate::desk::{OUR_SOURCE, id, map, read, settled, source};

fn marks() -> Marks {
    Marks { external_source: OUR_SOURCE.to_owned(), record_url: "https://example.com/{id}".to_owned() }
}

#[test]
fn a_row_has_what_an_add_would_send_as_it_is() {
    let strange = json!({"FirstName": "=1+1, \"a\"", "Phone": "(512) 555-0142", "Email": "Ana@Example.com"});
    let reading = read(vec![source(1, strange)], vec![], &[]);
    let mut files = Files::new(Columns::of(&map()));
    plan(&reading).iter().for_each(|step| files.add(step, &marks()));
    let (columns, mut files) = files.into_parts();
    let places: Vec<_> =
        columns.fields().iter().map(|field| (field.column.to_owned(), field.field.to_owned())).collect();
    for (column, field) in [
        ("salesforceId", "externalIds[0].value"),
        ("recordUrl", "externalSystemUrl"),
        ("lastName", "lastName"),
        ("workPhone", "workPhone.display"),
    ] {
        assert!(places.contains(&(column.to_owned(), field.to_owned())), "{places:?}");
    }
    let file = String::from_utf8(files.remove(0).into_bytes()).unwrap();
    let (_, row) = file.split_once("\r\n").unwrap();
    let url = format!("\"https://example.com/{}\"", id(1));
    for cell in ["\"=1+1, \"\"a\"\"\"", "\"+15125550142\"", "\"Ana@Example.com\"", "\"Number 1\"", &id(1), &url] {
        assert!(row.contains(cell), "{cell} is not in {row}");
    }
}

#[test]
fn only_who_is_new_in_every_respect_goes_into_a_file() {
    let (linked, new) = (source(1, json!({"Email": "ana@example.com"})), source(2, json!({})));
    let (own, mut refused) = (settled(&linked, "g1"), settled(&source(3, json!({})), "g3"));
    refused.genesys_id = None;
    let reading = read(vec![linked, new, source(3, json!({"FirstName": "Bea"}))], vec![own, refused], &[]);
    let steps = plan(&reading);
    assert_eq!(steps.iter().map(is_new).collect::<Vec<_>>(), [false, true, false]);
}

#[test]
fn a_file_that_is_full_is_followed_by_another_one() {
    let reading = read(vec![source(1, json!({"FirstName": "x".repeat(900)}))], vec![], &[]);
    let (steps, marks) = (plan(&reading), marks());
    let mut files = Files::new(Columns::of(&map()));
    (0..12_000).for_each(|_| files.add(&steps[0], &marks));
    assert_eq!(files.rows(), 12_000);
    let (_, files) = files.into_parts();
    assert_eq!((files.len(), files.iter().map(genesys::Csv::rows).sum::<usize>()), (2, 12_000));
    assert!(files.into_iter().all(|file| file.into_bytes().len() <= genesys::CSV_BYTES_MAX));
}

#[test]
fn fewer_than_half_found_is_a_question_for_a_person() {
    let found = |arrived, imported| Import { arrived, imported, ..Import::default() }.is_missing();
    assert_eq!([found(0, 0), found(5, 10), found(4, 10), found(11, 10)], [false, false, true, false]);
}
