"""The OpenAPI document of the vendor's APIs as the sandbox answers them. Data, no logic.

What is stricter here than on the vendor's pages is said in the descriptions.
"""

from __future__ import annotations

from typing import Any

_MOMENT = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"
_TIME = {"type": "string", "maxLength": 20, "pattern": _MOMENT}
_NO_SPACES = {"pattern": r"^\S*$"}
_TIME_OR_NONE = {**_TIME, "type": ["string", "null"]}
_TIME_OR_NO_FILTER = {"anyOf": [_TIME, {"enum": ["", None]}]}
_COUNT = {"type": "integer", "minimum": 0, "description": "Customers in all, on all pages."}


def document(endpoint: str) -> dict[str, Any]:
    """Return the document for a sandbox that answers at this address."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Partner Center customers (sandbox)",
            "version": "1",
            "description": "A reading of Huawei Cloud's public pages, on invented customers. "
            "Not the vendor's document.",
        },
        "servers": [{"url": endpoint}],
        "security": [{"signature": []}, {"token": []}],
        "paths": {
            "/v1.0/{partner_id}/partner/customer-mgr/detail": {"get": _detail()},
            "/v1.0/{partner_id}/partner/customer-mgr/query": {"post": _sibling()},
            "/v2/partners/sub-customers/query": {"post": _sub_customers()},
            "/v3/auth/tokens": {"post": _tokens()},
            "/v3/auth/domains": {"get": _domains()},
        },
        "components": {
            "securitySchemes": {
                "signature": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "Authorization",
                    "description": "SDK-HMAC-SHA256 over the request, within 15 minutes.",
                },
                "token": {"type": "apiKey", "in": "header", "name": "X-Auth-Token"},
            },
            "schemas": {
                "BusinessError": _object(error_code=_text(16), error_msg=_text(1024)),
                "GatewayError": _object(
                    error_code=_text(16), error_msg={"type": "string"}, request_id=_text(64)
                ),
                "IdentityError": _object(
                    error=_object(
                        message={"type": "string"},
                        code={"type": "integer"},
                        title={"type": "string"},
                    )
                ),
            },
        },
    }


def _detail() -> dict[str, Any]:
    text = "Matches the middle. A value of two quotation marks or null is searched for as it is."
    row = _object(
        customer_id=_text(64),
        corp_name=_text(128, nullable=True),
        domain_name=_text(128, nullable=True),
        start_time=_TIME_OR_NONE,
        cooperation_type=_text(1, nullable=True),
        label=_text(64, nullable=True),
        telephone=_text(20, nullable=True),
        verifiedStatus=_text(5, nullable=True),
        countryCode=_text(10, nullable=True),
    )
    number = "Empty and null mean the default."
    return _operation(
        "List customers (old)",
        {"error_code": _text(16), "error_msg": _text(1024)},
        ("customer_info_list", row),
        parameters=[
            _partner_id(),
            _parameter("domain_name", {**_text(128), **_NO_SPACES}, text),
            _parameter("corp_name", {**_text(128), **_NO_SPACES}, text),
            _parameter("label", {**_text(64), **_NO_SPACES}, text + " Exact case."),
            _parameter("page_no", _or_default(_whole(1, 2**31 - 1, 1)), number),
            _parameter("page_size", _or_default(_whole(1, 100, 10)), number),
            _parameter("cooperationType", {"enum": ["1", "3", ""]}, "1 consulting, 3 resale."),
            _parameter("cooperationTimeStart", _TIME, "UTC; only with cooperationTimeEnd."),
            _parameter("cooperationTimeEnd", _TIME, "UTC; only with cooperationTimeStart."),
        ],
    )


def _sibling() -> dict[str, Any]:
    row = _object(
        name=_text(128, nullable=True),
        domainName=_text(128, nullable=True),
        customerId=_text(64),
        cooperationTime=_TIME_OR_NONE,
        cooperationType=_text(1, nullable=True),
        label=_text(64, nullable=True),
        telephone=_text(20, nullable=True),
        verifiedStatus=_text(5, nullable=True),
        countryCode=_text(10, nullable=True),
        customerType={"type": ["integer", "null"]},
        isFrozen={"type": ["integer", "null"], "enum": [0, 1, None]},
    )
    body = {
        "domainName": _text(128, nullable=True),
        "name": _text(128, nullable=True),
        "label": _text(64, nullable=True),
        "offset": {**_or_null(1, 200_000, 1), "description": "Number of a page."},
        "limit": _or_null(1, 100, 10),
        "cooperationType": {"enum": ["1", "3", "", None]},
        "cooperationTimeStart": _TIME_OR_NONE,
        "cooperationTimeEnd": _TIME_OR_NONE,
    }
    return _operation(
        "List customers (old, POST)",
        {"error_code": _text(16), "error_msg": _text(1024)},
        ("customerInfoList", row),
        parameters=[_partner_id()],
        body=body,
    )


def _sub_customers() -> dict[str, Any]:
    row = _object(
        customer=_text(128, nullable=True),
        account_name=_text(128, nullable=True),
        customer_id=_text(64),
        associated_on=_TIME_OR_NONE,
        association_type=_text(2, nullable=True),
        label=_text(64, nullable=True),
        telephone=_text(20, nullable=True),
        verified_status=_text(5, nullable=True),
        country_code=_text(10, nullable=True),
        customer_type={"type": ["integer", "null"]},
        is_frozen={"type": ["integer", "null"], "enum": [0, 1, None]},
        account_managers={"type": "array", "items": _object(account_name=_text(64))},
        xaccount_id=_text(64, nullable=True),
        xaccount_type=_text(64, nullable=True),
        customer_level=_text(4, nullable=True),
        email=_text(256, nullable=True),
    )
    body = {
        "account_name": _text(64, nullable=True),
        "customer": _text(64, nullable=True),
        "label": _text(64, nullable=True),
        "customer_id": _text(64, nullable=True),
        "offset": {**_or_null(0, 40_000_000, 0), "description": "Rows to pass over."},
        "limit": _or_null(1, 100, 10),
        "association_type": {"enum": ["1", "3", "", None]},
        "associated_on_begin": _TIME_OR_NO_FILTER,
        "associated_on_end": _TIME_OR_NO_FILTER,
        "indirect_partner_id": {"enum": ["", None], "description": "There are no resellers here."},
    }
    return _operation("List customers", {}, ("customer_infos", row), body=body)


def _tokens() -> dict[str, Any]:
    text = {"type": "string"}
    named = _object(name=text)
    user = _object(name=text, password=text, domain=named)
    identity = _object(
        methods={"type": "array", "items": {"const": "password"}, "minItems": 1, "maxItems": 1},
        password=_object(user=user),
    )
    auth = _object(identity=identity, scope=_object(domain=named))
    header = {"X-Subject-Token": {"schema": text, "required": True}}
    return {
        "summary": "Get a token",
        "security": [],
        "requestBody": _json_body(_object(auth=auth)),
        "responses": {
            "201": {"description": "Made", "headers": header, **_content({"type": "object"})},
            "400": _refused("IdentityError", "Another form"),
            "401": _refused("IdentityError", "Wrong name or password"),
        },
    }


def _domains() -> dict[str, Any]:
    domain = _object(id=_text(64), name=_text(128), enabled={"type": "boolean"})
    domains = _object(domains={"type": "array", "items": domain})
    return {
        "summary": "Accounts that the caller can be",
        "responses": {
            "200": {"description": "Found", **_content(domains)},
            "401": _refused("GatewayError", "Neither signature nor token"),
        },
    }


def _operation(
    summary: str,
    head: dict[str, Any],
    rows: tuple[str, dict[str, Any]],
    *,
    parameters: list[dict[str, Any]] | None = None,
    body: dict[str, Any] | None = None,
) -> dict[str, Any]:
    name, row = rows
    answer = _object(**head, count=_COUNT, **{name: {"type": ["array", "null"], "items": row}})
    # "Nobody found" may come without the list, as the vendor's translations disagree.
    answer["required"].remove(name)
    operation: dict[str, Any] = {
        "summary": summary,
        "responses": {
            "200": {"description": "Found, or nobody found", **_content(answer)},
            "400": _refused("BusinessError", "A parameter breaks a rule: CBC.0100"),
            "401": _refused("GatewayError", "Neither signature nor token: APIGW.0301"),
            "403": _refused("BusinessError", "Not this partner's: CBC.0151"),
            "404": _refused("GatewayError", "Not published: APIGW.0101"),
            "414": _refused("GatewayError", "URI above 32 KiB: APIGW.0201"),
            "429": _refused("GatewayError", "Too many calls: APIGW.0308"),
            "500": _refused("BusinessError", "Set in the control room: CBC.0999"),
        },
    }
    if parameters:
        operation["parameters"] = parameters
    if body is not None:
        schema = {"type": "object", "properties": body, "additionalProperties": False}
        operation["requestBody"] = _json_body(schema)
    return operation


def _partner_id() -> dict[str, Any]:
    schema = {"type": "string", "minLength": 1, "maxLength": 64}
    return {"name": "partner_id", "in": "path", "required": True, "schema": schema}


def _parameter(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": schema, "description": description}


def _json_body(schema: dict[str, Any]) -> dict[str, Any]:
    return {"required": True, **_content(schema)}


def _content(schema: dict[str, Any]) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": schema}}}


def _refused(schema: str, description: str) -> dict[str, Any]:
    reference = {"$ref": f"#/components/schemas/{schema}"}
    return {"description": description, **_content(reference)}


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _text(longest: int, *, nullable: bool = False) -> dict[str, Any]:
    return {"type": ["string", "null"] if nullable else "string", "maxLength": longest}


def _or_null(low: int, high: int, default: int) -> dict[str, Any]:
    return {**_whole(low, high, default), "type": ["integer", "null"]}


def _or_default(number: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a number in a query, where two texts stand for its default."""
    return {"anyOf": [number, {"enum": ["", "null"]}]}


def _whole(low: int, high: int, default: int) -> dict[str, Any]:
    return {"type": "integer", "minimum": low, "maximum": high, "default": default}
