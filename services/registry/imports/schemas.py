"""What the operations on imports answer."""

from __future__ import annotations

from marshmallow import fields

from services.common.http.schemas import Input, ListQuery, Output
from services.registry.imports.domain import ImportState

_COUNT = {"description": "How many.", "example": 1}


class ListImportsSchema(ListQuery):
    state = fields.Enum(ImportState, by_value=True, metadata={"description": "Only imports in this state.", "example": "DONE"})


class CountsSchema(Input):
    rows = fields.Integer(metadata={"description": "Rows that were looked at.", "example": 5000})
    failed = fields.Integer(metadata={"description": "Rows that were not entered.", "example": 1})
    doors = fields.Integer(metadata={"description": "Doors that are new.", "example": 1800})
    households = fields.Integer(metadata={"description": "Households that are new.", "example": 1700})
    people = fields.Integer(metadata={"description": "People who are new.", "example": 4300})
    updated = fields.Integer(metadata={"description": "People of whom something was filled in.", "example": 12})


class RowProblemSchema(Input):
    row = fields.Integer(metadata={"description": "The row's number in the sheet.", "example": 3117})
    column = fields.String(metadata={"description": "The column.", "example": "证件号码"})
    code = fields.String(metadata={"description": "What is wrong.", "example": "ID_CHECKSUM"})
    message = fields.String(metadata={"description": "The same in words.", "example": "证件号码的末位对不上，请核对每一位。"})


class ImportSchema(Output):
    state = fields.Enum(ImportState, by_value=True, metadata={"description": "How far it is.", "example": "RUNNING"})
    asked_by = fields.String(metadata={"description": "Who handed it in.", "example": "01JD0000000000000000000007"})
    asked_at = fields.AwareDateTime(metadata={"description": "When.", "example": "2025-04-30T08:00:00+00:00"})
    bytes = fields.Integer(metadata={"description": "How large the file was.", "example": 400000})
    total = fields.Integer(allow_none=True, metadata={"description": "Rows of the file; null until it is read.", "example": 5000})
    counts = fields.Nested(CountsSchema, metadata={"description": "What came of it so far.", "example": {}})
    problems = fields.List(fields.Nested(RowProblemSchema), metadata={"description": "The first 100 problems; the file has all.", "example": []})
    refusal = fields.String(allow_none=True, metadata={"description": "Why the whole file was refused.", "example": None})
    refusal_text = fields.String(allow_none=True, metadata={"description": "The same in words.", "example": None})
    ended_on = fields.Date(allow_none=True, metadata={"description": "When it was done.", "example": None})
    errors_until = fields.Date(allow_none=True, metadata={"description": "Until when the file of errors can be had.", "example": None})
