"""What schemathesis 4.32 gets wrong about our document, mended here so that every check stays on."""

import re

import schemathesis
from schemathesis.generation import GenerationMode


@schemathesis.hook
def filter_case(context, case) -> bool:
    """Drop a case said to fit the document whose headers do not fit it.

    At the bounds of `maxLength` the coverage phase forgets a header's `pattern`, and it calls a header
    that is too long part of a good case when a query or body beside it is good. The same values come
    again in cases that are rightly called bad, so nothing goes untried.
    """
    if case.meta is None or case.meta.generation.mode != GenerationMode.POSITIVE:
        return True
    for parameter in case.operation.headers:
        value = (case.headers or {}).get(parameter.name)
        schema = parameter.definition.get("schema", {})
        if not isinstance(value, str) or "pattern" not in schema:
            continue
        if len(value) > schema["maxLength"] or not re.search(schema["pattern"], value):
            return False
    return True
