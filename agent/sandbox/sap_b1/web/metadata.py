"""``$metadata``: sets, types and enums as XML, with the user fields that a node knows."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, tostring

from agent.sandbox.sap_b1.schema import Property, Schema

from .messages import Response

_V1_TYPES = {"DateTimeOffset": "DateTime", "TimeOfDay": "Time"}
_EDMX = {
    1: ("http://schemas.microsoft.com/ado/2007/06/edmx", "1.0"),
    2: ("http://docs.oasis-open.org/odata/ns/edmx", "4.0"),
}
_EDM = {
    1: "http://schemas.microsoft.com/ado/2009/11/edm",
    2: "http://docs.oasis-open.org/odata/ns/edm",
}


def document(schema: Schema, version: int) -> Response:
    """Return the metadata document of a version of the service."""
    namespace, number = _EDMX[version]
    root = Element("edmx:Edmx", {"xmlns:edmx": namespace, "Version": number})
    services = SubElement(root, "edmx:DataServices")
    inner = SubElement(services, "Schema", {"xmlns": _EDM[version], "Namespace": "SAPB1"})
    for enum, members in schema.enums.items():
        element = SubElement(inner, "EnumType", {"Name": enum})
        for value, member in enumerate(members):
            SubElement(
                element,
                "Member",
                {"Name": member} | ({"Value": str(value)} if version == 2 else {}),
            )
    keys = {one.type: one.key for one in schema.sets.values()}
    for kind in schema.types.values():
        entity = kind.name in keys
        element = SubElement(inner, "EntityType" if entity else "ComplexType", {"Name": kind.name})
        if entity:
            key = SubElement(element, "Key")
            for name in keys[kind.name]:
                SubElement(key, "PropertyRef", {"Name": name})
        for known in kind.properties.values():
            SubElement(element, "Property", _attributes(schema, known, version))
    container = SubElement(inner, "EntityContainer", {"Name": "ServiceLayer"})
    for one in schema.sets.values():
        SubElement(container, "EntitySet", {"Name": one.name, "EntityType": f"SAPB1.{one.type}"})
    text = b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root)
    return Response(200, text, [("Content-Type", "application/xml;charset=utf-8")])


def _attributes(schema: Schema, known: Property, version: int) -> dict[str, str]:
    own = known.type in schema.types or known.type in schema.enums
    plain = _V1_TYPES.get(known.type, known.type) if version == 1 else known.type
    kind = f"SAPB1.{known.type}" if own else f"Edm.{plain}"
    found = {"Name": known.called(version), "Type": f"Collection({kind})" if known.many else kind}
    return found | ({"Nullable": "false"} if known.required else {})
