-- Rectification items with their history, uploaded sheets, publications, follow-up records, calendar copies.

CREATE TABLE rectification_item (
    id TEXT PRIMARY KEY,
    stationing_id TEXT NOT NULL REFERENCES stationing (id),
    number BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('now', 'phased')),
    state TEXT NOT NULL CHECK (state IN ('open', 'working', 'applied', 'examined', 'closed')),
    due TEXT NOT NULL,
    next_on TEXT NOT NULL,
    percent BIGINT NOT NULL,
    principal BIGINT NOT NULL,
    applied_by TEXT NOT NULL,
    examined_by TEXT NOT NULL,
    next_check BIGINT,
    version BIGINT NOT NULL,
    added_by TEXT NOT NULL,
    at BIGINT NOT NULL,
    words {blob} NOT NULL
) {strict};

CREATE UNIQUE INDEX rectification_item_number ON rectification_item (stationing_id, number);
CREATE INDEX rectification_item_next ON rectification_item (next_check) WHERE next_check IS NOT NULL;

CREATE TABLE rectification_entry (
    id TEXT PRIMARY KEY,
    item_id TEXT NOT NULL REFERENCES rectification_item (id) ON DELETE CASCADE,
    version BIGINT NOT NULL,
    act TEXT NOT NULL,
    side TEXT NOT NULL,
    actor TEXT NOT NULL,
    at BIGINT NOT NULL,
    words {blob} NOT NULL
) {strict};

CREATE UNIQUE INDEX rectification_entry_version ON rectification_entry (item_id, version);

CREATE TABLE sheet_import (
    id TEXT PRIMARY KEY,
    stationing_id TEXT NOT NULL REFERENCES stationing (id),
    person_id TEXT NOT NULL,
    attachment_id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'ready', 'refused', 'taken', 'dropped')),
    items {blob},
    at BIGINT NOT NULL
) {strict};

CREATE INDEX sheet_import_waiting ON sheet_import (at) WHERE state = 'waiting';

CREATE TABLE publication_record (
    id TEXT PRIMARY KEY,
    stationing_id TEXT NOT NULL REFERENCES stationing (id),
    published_on TEXT NOT NULL,
    manner TEXT NOT NULL CHECK (manner IN ('party', 'board', 'site', 'media')),
    actor TEXT NOT NULL,
    at BIGINT NOT NULL,
    words {blob} NOT NULL
) {strict};

CREATE INDEX publication_record_by_stationing ON publication_record (stationing_id, published_on);

CREATE TABLE followup (
    id TEXT PRIMARY KEY,
    stationing_id TEXT NOT NULL REFERENCES stationing (id),
    kind TEXT NOT NULL CHECK (kind IN ('visit', 'hearing', 'special', 'accountability')),
    held_on TEXT NOT NULL,
    looked BIGINT NOT NULL,
    unfinished BIGINT NOT NULL,
    late BIGINT NOT NULL,
    actor TEXT NOT NULL,
    at BIGINT NOT NULL,
    words {blob} NOT NULL
) {strict};

CREATE INDEX followup_by_stationing ON followup (stationing_id, held_on);

CREATE TABLE followup_item (
    followup_id TEXT NOT NULL REFERENCES followup (id) ON DELETE CASCADE,
    item_id TEXT NOT NULL REFERENCES rectification_item (id) ON DELETE CASCADE,
    done BIGINT NOT NULL,
    PRIMARY KEY (followup_id, item_id)
) {strict};

CREATE TABLE calendar_copy (
    person_id TEXT NOT NULL,
    duty_id TEXT NOT NULL REFERENCES duty (id) ON DELETE CASCADE,
    sequence BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    due TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (person_id, duty_id)
) {strict};

CREATE INDEX calendar_copy_by_duty ON calendar_copy (duty_id);
