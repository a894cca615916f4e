//! Systems Manager Parameter Store, as far as a function asks it: `GetParameter`.

use serde_json::{Value, json};

use super::{Answered, Drawers, refusal, text};

pub(crate) fn get_parameter(drawers: &Drawers, request: &Value) -> Answered {
    let name = text(request, "Name");
    let Some(value) = drawers.parameters.get(name) else {
        return refusal("ParameterNotFound", "");
    };
    let parameter = json!({"Name": name, "Type": "String", "Value": value, "Version": 1, "DataType": "text"});
    (200, json!({ "Parameter": parameter }).to_string())
}
