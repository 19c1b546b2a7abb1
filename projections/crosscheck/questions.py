"""The questions of the cross-check as SQL: what each finds, in one shape, with the evidence for it.

Each reads `signals` and `crosscheck`, the rows of today, and gives (province, unit, code, name, since, ref,
facts, evidence); it takes %(province)s, %(today)s, %(until)s (the first moment that is too young), %(silent)s
and %(now)s. `ref` tells findings of a day and province apart, `facts` are what the sentence is made of.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import LiteralString


class Kind(StrEnum):
    """What is asked."""

    UNHANDLED = "unhandled"
    CONFLICT = "conflict"
    DUPLICATE = "duplicate"
    TERM = "term"
    SILENT = "silent"
    UNDELIVERED = "undelivered"
    UNISSUED = "unissued"
    TRANSFER = "transfer"


_UNHANDLED: LiteralString = """
    SELECT s.province, s.unit, c.code, c.name, (s.recorded_at AT TIME ZONE 'Asia/Shanghai')::date AS since,
        s.unit || ':' || s.signal AS ref,
        jsonb_build_object('category', s.category, 'severity', s.severity, 'assessed_on', s.assessed_on) AS facts,
        jsonb_build_array(jsonb_build_object('province', s.province, 'stream', s.unit, 'version', s.version))
            || CASE WHEN s.assessed IS NULL THEN '[]' ELSE jsonb_build_array(
                jsonb_build_object('province', s.province, 'stream', s.unit, 'version', s.assessed)) END AS evidence
    FROM signals AS s JOIN crosscheck AS c ON c.province = s.province AND c.unit = s.unit
    WHERE NOT s.handled AND s.grave AND least(s.recorded_at, %(now)s) < %(until)s AND c.title IS NOT NULL
        AND c.term_until >= %(today)s
        AND (%(province)s::text IS NULL OR s.province = %(province)s)
    UNION ALL
    SELECT province, unit, code, name, finding_on, unit || ':' || finding, '{}',
        jsonb_build_array(jsonb_build_object('province', province, 'stream', unit, 'version', finding))
    FROM crosscheck
    WHERE finding IS NOT NULL AND title IS NOT NULL AND term_until >= %(today)s
        AND (%(province)s::text IS NULL OR province = %(province)s)"""

_CONFLICT: LiteralString = """
    SELECT h.province, h.unit, h.code, h.name, o.sanction_on AS since,
        h.unit || ':' || o.province || ':' || o.unit AS ref,
        jsonb_build_object('other', o.province, 'sanction', o.sanction) AS facts,
        jsonb_build_array(
            jsonb_build_object('province', h.province, 'stream', h.unit, 'version', h.title_version),
            jsonb_build_object('province', o.province, 'stream', o.unit, 'version', o.sanction_version)) AS evidence
    FROM crosscheck AS h JOIN crosscheck AS o ON o.code = h.code AND o.province <> h.province
    WHERE h.title IS NOT NULL AND h.term_until >= %(today)s AND h.code <> '' AND o.sanction IS NOT NULL
        AND (%(province)s::text IS NULL OR %(province)s IN (h.province, o.province))"""

# Neighbours in the index of codes are compared: no table of all codes is made. What a code has in common is asked
# code by code, since the planner takes a third of all for doubles.
_DUPLICATE: LiteralString = """
    SELECT c.provinces[1] AS province, c.units[1] AS unit, twice.code, c.names[1] AS name, twice.since,
        twice.code AS ref, jsonb_build_object('provinces', to_jsonb(c.provinces)) AS facts, c.evidence
    FROM (
        SELECT code, max(since) AS since FROM (
            SELECT code, since, lag(code) OVER (ORDER BY code, since) AS before
            FROM crosscheck WHERE NOT closed AND code <> ''
        ) AS next WHERE code = before GROUP BY code
    ) AS twice CROSS JOIN LATERAL (
        SELECT array_agg(one.province) AS provinces, array_agg(one.unit) AS units, array_agg(one.name) AS names,
            jsonb_agg(jsonb_build_object('province', one.province, 'stream', one.unit, 'version', 1)) AS evidence
        FROM (
            SELECT province, unit, name FROM crosscheck
            WHERE code = twice.code AND NOT closed AND code <> '' ORDER BY since, province, unit
        ) AS one
    ) AS c
    WHERE %(province)s::text IS NULL OR %(province)s = ANY (c.provinces)"""

_TERM: LiteralString = """
    SELECT province, unit, code, name, CASE WHEN what = 'past' THEN term_until ELSE term_from END AS since,
        unit || ':' || what AS ref,
        jsonb_build_object('what', what, 'term_from', term_from, 'term_until', term_until,
            'named_until', named_until, 'lawful_until', lawful_until, 'decided', decided) AS facts,
        jsonb_build_array(jsonb_build_object('province', province, 'stream', unit, 'version', title_version))
            || CASE WHEN position IS NULL THEN '[]' ELSE jsonb_build_array(
                jsonb_build_object('province', '000000', 'position', position)) END AS evidence
    FROM (
        SELECT c.*, 'length' AS what, NULL::bigint AS position, NULL::date AS decided
        FROM crosscheck AS c WHERE c.title IS NOT NULL AND c.named_until IS DISTINCT FROM c.lawful_until
        UNION ALL
        SELECT c.*, 'past', NULL, NULL FROM crosscheck AS c
        WHERE c.title IS NOT NULL AND c.term_until < %(today)s
        UNION ALL
        SELECT c.*, 'differs', d.position, d.term_from
        FROM crosscheck AS c JOIN nation.decided AS d ON d.province = c.province AND d.unit = c.unit
        WHERE c.title IS NOT NULL AND d.command = c.named_by AND d.term_from <> c.term_from
    ) AS wrong
    WHERE %(province)s::text IS NULL OR province = %(province)s"""

_SILENT: LiteralString = """
    SELECT f.place AS province, NULL::uuid AS unit, NULL::text AS code, NULL::text AS name,
        coalesce((f.heard_at AT TIME ZONE 'Asia/Shanghai')::date, %(today)s) AS since, f.place AS ref,
        jsonb_build_object('stopped', f.status = 'stopped', 'class', f.class, 'reason', f.reason,
            'unfolded', p.error, 'hours', floor(extract(epoch FROM %(now)s - f.heard_at) / 3600)) AS facts,
        jsonb_build_array(jsonb_build_object('province', f.place,
            'position', coalesce(f.stopped_at, p.failed_at, f.position))) AS evidence
    FROM nation.feeds AS f LEFT JOIN nation.projected AS p ON p.place = f.place
    WHERE f.status <> 'left' AND (%(province)s::text IS NULL OR f.place = %(province)s)
        AND (f.status = 'stopped' OR p.status = 'stopped' OR f.heard_at IS NULL OR f.heard_at < %(silent)s)"""

_UNDELIVERED: LiteralString = """
    SELECT d.province, d.unit, c.code, c.name, (d.recorded_at AT TIME ZONE 'Asia/Shanghai')::date AS since,
        d.position::text AS ref,
        jsonb_build_object('decision', d.decision, 'title', d.title, 'document_number', d.document_number,
            'refusals', convert_from(r.state, 'UTF8')::jsonb -> 'event' -> 'refusals') AS facts,
        jsonb_build_array(jsonb_build_object('province', '000000', 'position', d.position))
            || CASE WHEN r.stream IS NULL THEN '[]' ELSE jsonb_build_array(
                jsonb_build_object('province', d.province, 'stream', r.stream, 'version', r.version)) END AS evidence
    FROM nation.decided AS d
    LEFT JOIN crosscheck AS c ON c.province = d.province AND c.unit = d.unit
    LEFT JOIN nation.replica AS r ON r.place = d.province AND r.stream = d.declined AND r.version = 1
    WHERE NOT d.recorded
        AND (%(province)s::text IS NULL OR d.province = %(province)s)"""

_UNISSUED: LiteralString = """
    SELECT c.province, c.unit, c.code, c.name, entry.day AS since, c.unit || ':' || entry.version AS ref,
        jsonb_build_object('cause', entry.cause) AS facts,
        jsonb_build_array(
            jsonb_build_object('province', c.province, 'stream', c.unit, 'version', entry.version)) AS evidence
    FROM crosscheck AS c
    CROSS JOIN LATERAL unnest(c.carried, c.carried_versions, c.carried_on) AS entry (cause, version, day)
    WHERE NOT EXISTS (
            SELECT FROM nation.decided AS d
            WHERE d.province = c.province AND d.unit = c.unit AND d.command = entry.cause
        )
        AND (%(province)s::text IS NULL OR c.province = %(province)s)"""

_TRANSFER: LiteralString = """
    SELECT h.province, h.unit, h.code, h.name, h.handed_on AS since, h.unit || ':' || h.handed_version AS ref,
        jsonb_build_object('what', CASE WHEN r.unit IS NULL THEN 'waiting' ELSE 'differs' END, 'other', h.handed_to,
            'goes_along', to_jsonb(h.goes_along), 'came_along', to_jsonb(r.came_along)) AS facts,
        jsonb_build_array(jsonb_build_object('province', h.province, 'stream', h.unit, 'version', h.handed_version))
            || CASE WHEN r.unit IS NULL THEN '[]' ELSE jsonb_build_array(jsonb_build_object(
                'province', r.province, 'stream', r.unit, 'version', r.received_version)) END AS evidence
    FROM crosscheck AS h LEFT JOIN crosscheck AS r
        ON r.unit = h.unit AND r.province <> h.province AND r.received_paper = h.handed_paper
    WHERE h.handed_paper IS NOT NULL AND (r.unit IS NULL OR r.came_along <> h.goes_along)
        AND (%(province)s::text IS NULL OR %(province)s IN (h.province, h.handed_to))
    UNION ALL
    SELECT r.province, r.unit, r.code, r.name, r.received_on, r.unit || ':' || r.received_version,
        jsonb_build_object('what', 'unmatched', 'other', r.received_from),
        jsonb_build_array(jsonb_build_object('province', r.province, 'stream', r.unit, 'version', r.received_version))
    FROM crosscheck AS r
    WHERE r.received_paper IS NOT NULL AND (%(province)s::text IS NULL OR r.province = %(province)s)
        AND NOT EXISTS (
            SELECT FROM crosscheck AS h
            WHERE h.unit = r.unit AND h.province <> r.province AND h.handed_paper = r.received_paper
        )"""

QUESTIONS: Mapping[Kind, LiteralString] = MappingProxyType(
    {
        Kind.UNHANDLED: _UNHANDLED,
        Kind.CONFLICT: _CONFLICT,
        Kind.DUPLICATE: _DUPLICATE,
        Kind.TERM: _TERM,
        Kind.SILENT: _SILENT,
        Kind.UNDELIVERED: _UNDELIVERED,
        Kind.UNISSUED: _UNISSUED,
        Kind.TRANSFER: _TRANSFER,
    }
)
"""Every question by its kind, in the order in which all are asked."""
