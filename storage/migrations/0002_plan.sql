-- Rounds, units, teams, departments, missions, people, their seats, recusals, invitations and bindings.

CREATE TABLE round (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    profile_id TEXT NOT NULL
) {strict};

CREATE TABLE plan_version (
    round_id TEXT NOT NULL REFERENCES round (id),
    version BIGINT NOT NULL,
    plan {blob} NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    PRIMARY KEY (round_id, version)
) {strict};

CREATE TABLE unit (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    aliases TEXT NOT NULL
) {strict};

CREATE TABLE team (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL
) {strict};

CREATE TABLE department (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT NOT NULL
) {strict};

CREATE TABLE stationing (
    id TEXT PRIMARY KEY,
    round_id TEXT NOT NULL REFERENCES round (id),
    entry TEXT NOT NULL,
    team_id TEXT NOT NULL REFERENCES team (id),
    unit_id TEXT NOT NULL REFERENCES unit (id),
    starts_on TEXT NOT NULL,
    ends_on TEXT NOT NULL,
    accept_from BIGINT NOT NULL,
    accept_until BIGINT NOT NULL,
    profile_id TEXT NOT NULL,
    profile_version TEXT NOT NULL,
    state TEXT NOT NULL,
    approved_at BIGINT,
    approved_by TEXT,
    UNIQUE (round_id, entry, unit_id)
) {strict};

CREATE INDEX stationing_unit ON stationing (unit_id);
CREATE INDEX stationing_team ON stationing (team_id);

CREATE TABLE window_change (
    id TEXT PRIMARY KEY,
    stationing_id TEXT NOT NULL REFERENCES stationing (id),
    accept_from BIGINT NOT NULL,
    accept_until BIGINT NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    noticed_at BIGINT
) {strict};

CREATE TABLE person (
    id TEXT PRIMARY KEY,
    name {blob} NOT NULL,
    pledged_at BIGINT
) {strict};

CREATE TABLE role (
    round_id TEXT NOT NULL REFERENCES round (id),
    person_id TEXT NOT NULL REFERENCES person (id),
    role TEXT NOT NULL,
    team_id TEXT NOT NULL,
    unit_id TEXT NOT NULL,
    department_id TEXT NOT NULL,
    PRIMARY KEY (round_id, person_id, role, team_id, unit_id, department_id)
) {strict};

CREATE INDEX role_person ON role (person_id);

CREATE TABLE recusal (
    id TEXT PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES person (id),
    round_id TEXT NOT NULL,
    unit_id TEXT NOT NULL,
    names {blob} NOT NULL,
    at BIGINT NOT NULL
) {strict};

CREATE TABLE invite (
    code {blob} PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES person (id),
    made_by TEXT NOT NULL,
    at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
) {strict};

CREATE TABLE binding (
    id TEXT PRIMARY KEY,
    chat {blob} NOT NULL UNIQUE,
    person_id TEXT NOT NULL REFERENCES person (id),
    address {blob} NOT NULL,
    at BIGINT NOT NULL
) {strict};

CREATE INDEX binding_person ON binding (person_id);

-- Changes whenever anybody's name, seat or recusal does, so that a reader knows what it knows already.
CREATE TABLE roster (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    token TEXT NOT NULL
) {strict};
