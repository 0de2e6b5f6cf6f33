-- The index, schema version 14. Everything but the last section follows from the log alone.
-- References say what belongs together; they are not enforced: a source may name a record before
-- it sends it, or after it took it back.

-- The log and its records, of any source -------------------------------------------------------

CREATE TABLE segment (
  source TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  harvest TEXT NOT NULL,
  written_at TEXT NOT NULL,
  entries INTEGER NOT NULL,
  size_bytes INTEGER NOT NULL,
  PRIMARY KEY (source, sequence)
) STRICT, WITHOUT ROWID;

CREATE TABLE checkpoint (
  source TEXT PRIMARY KEY,
  cursor TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- A record is known by its source and its id there, `<category>/<source id>`; everything else in
-- this index knows it by its key. What another record names and the source has not sent, or no
-- reader applied, has a key too, with version 0 and no state. Keys follow no order that the log
-- tells: two indexes of one log give other keys to the same records (identity.py).
CREATE TABLE record (
  key INTEGER PRIMARY KEY,
  source TEXT NOT NULL,
  id TEXT NOT NULL,
  version INTEGER NOT NULL DEFAULT 0,
  state TEXT,
  fingerprint TEXT,
  observed_at TEXT,
  updated TEXT,
  segment INTEGER,
  line INTEGER,
  UNIQUE (source, id)
) STRICT;

-- The categories of all records, also of those that are only named.
CREATE TABLE category (
  source TEXT NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (source, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE superseded_record (
  key INTEGER NOT NULL REFERENCES record (key),
  version INTEGER NOT NULL,
  state TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  observed_at TEXT NOT NULL,
  updated TEXT,
  segment INTEGER NOT NULL,
  line INTEGER NOT NULL,
  PRIMARY KEY (key, version)
) STRICT, WITHOUT ROWID;

CREATE VIEW record_version AS
  SELECT r.key, r.source, r.id, s.version, s.state, s.fingerprint, s.observed_at, s.updated,
         s.segment, s.line
    FROM superseded_record AS s JOIN record AS r ON r.key = s.key
  UNION ALL
  SELECT key, source, id, version, state, fingerprint, observed_at, updated, segment, line
    FROM record WHERE version > 0;

CREATE TABLE retrieval (
  source TEXT NOT NULL,
  segment INTEGER NOT NULL,
  line INTEGER NOT NULL,
  record_key INTEGER NOT NULL REFERENCES record (key),
  name TEXT NOT NULL,
  url TEXT NOT NULL,
  retrieved_at TEXT NOT NULL,
  status INTEGER,
  sha256 TEXT,
  size_bytes INTEGER,
  media_type TEXT,
  declared_media_type TEXT,
  declared_size_bytes INTEGER,
  declared_digest TEXT,
  digest_agrees INTEGER,
  error TEXT,
  PRIMARY KEY (source, segment, line)
) STRICT, WITHOUT ROWID;
CREATE INDEX retrieval_record ON retrieval (record_key, name);

CREATE TABLE payload (
  sha256 TEXT PRIMARY KEY,
  size_bytes INTEGER NOT NULL,
  media_type TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE text (
  sha256 TEXT PRIMARY KEY,
  status TEXT NOT NULL,
  reason TEXT,
  pages INTEGER,
  characters INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE takedown (
  source TEXT NOT NULL,
  segment INTEGER NOT NULL,
  line INTEGER NOT NULL,
  record_key INTEGER REFERENCES record (key),
  taken_down_at TEXT NOT NULL,
  reason TEXT NOT NULL,
  decided_by TEXT NOT NULL,
  PRIMARY KEY (source, segment, line)
) STRICT, WITHOUT ROWID;
CREATE INDEX takedown_record ON takedown (record_key);

CREATE TABLE taken_payload (
  sha256 TEXT NOT NULL,
  source TEXT NOT NULL,
  segment INTEGER NOT NULL,
  line INTEGER NOT NULL,
  PRIMARY KEY (sha256, source, segment, line),
  FOREIGN KEY (source, segment, line) REFERENCES takedown (source, segment, line)
) STRICT, WITHOUT ROWID;

CREATE TABLE hold (
  source TEXT NOT NULL,
  segment INTEGER NOT NULL,
  held_at TEXT NOT NULL,
  reasons TEXT NOT NULL,
  checkpoint TEXT NOT NULL,
  decided_in INTEGER,
  decided_at TEXT,
  verdict TEXT,
  reason TEXT,
  decided_by TEXT,
  applied INTEGER,
  PRIMARY KEY (source, segment)
) STRICT, WITHOUT ROWID;

CREATE TABLE held_record (
  source TEXT NOT NULL,
  id TEXT NOT NULL,
  state TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  change TEXT NOT NULL,
  PRIMARY KEY (source, id)
) STRICT, WITHOUT ROWID;

-- What could not be taken as a record, and is not over.
CREATE TABLE aside (
  source TEXT NOT NULL,
  name TEXT NOT NULL,
  category TEXT NOT NULL,
  noted_at TEXT NOT NULL,
  reason TEXT NOT NULL,
  url TEXT NOT NULL,
  media_type TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  segment INTEGER NOT NULL,
  ordinal INTEGER NOT NULL,
  PRIMARY KEY (source, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE citation (
  sha256 TEXT NOT NULL REFERENCES text (sha256),
  ordinal INTEGER NOT NULL,
  kind TEXT NOT NULL,
  target TEXT NOT NULL,
  words TEXT NOT NULL,
  start_at INTEGER NOT NULL,
  end_at INTEGER NOT NULL,
  origin TEXT NOT NULL,
  PRIMARY KEY (sha256, ordinal)
) STRICT, WITHOUT ROWID;
CREATE INDEX citation_target ON citation (target);

CREATE TABLE appraisal (
  sha256 TEXT NOT NULL,
  ordinal INTEGER NOT NULL,
  verdict TEXT NOT NULL,
  sentence TEXT NOT NULL,
  PRIMARY KEY (sha256, ordinal, verdict, sentence),
  FOREIGN KEY (sha256, ordinal) REFERENCES citation (sha256, ordinal)
) STRICT, WITHOUT ROWID;

-- What a file's own words say of the paper: its head and who stands under it.
CREATE TABLE statement (
  sha256 TEXT PRIMARY KEY REFERENCES text (sha256),
  heading TEXT,
  dossiers TEXT,
  number TEXT,
  chamber TEXT,
  session_year TEXT,
  dated_on TEXT,
  addressee TEXT,
  status TEXT,
  unknown TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX statement_status ON statement (sha256) WHERE status IS NOT NULL;

CREATE TABLE signature (
  sha256 TEXT NOT NULL REFERENCES statement (sha256),
  ordinal INTEGER NOT NULL,
  name TEXT NOT NULL,
  function TEXT,
  role TEXT NOT NULL,
  ministry TEXT,
  PRIMARY KEY (sha256, ordinal)
) STRICT, WITHOUT ROWID;

-- Two files of one paper, from two sources: whether their words agree. The smaller digest is first.
CREATE TABLE comparison (
  sha256 TEXT NOT NULL REFERENCES text (sha256),
  other_sha256 TEXT NOT NULL REFERENCES text (sha256),
  agrees INTEGER,
  differences TEXT NOT NULL,
  outside TEXT NOT NULL,
  other_outside TEXT NOT NULL,
  PRIMARY KEY (sha256, other_sha256)
) STRICT, WITHOUT ROWID;
CREATE INDEX comparison_other ON comparison (other_sha256);

-- What the records say, in one vocabulary (harvester/source/domain.py) -------------------------
-- `key` is everywhere the record that says a row, and each row goes when that record does. Columns
-- called `<thing>_key` name another record, which may never come.

CREATE TABLE document (
  key INTEGER PRIMARY KEY REFERENCES record (key),
  source TEXT NOT NULL,
  kind TEXT,
  soort TEXT,
  number TEXT,
  title TEXT,
  subject TEXT,
  published_on TEXT,
  session_year TEXT,
  chamber TEXT,
  number_in_dossier TEXT,
  citation_title TEXT,
  alias TEXT,
  registered_on TEXT,
  received_on TEXT,
  annex_number TEXT,
  sender_reference TEXT,
  organisation TEXT,
  current_version_key INTEGER REFERENCES record (key),
  publication_id TEXT,
  expected_id TEXT,
  is_provisional INTEGER NOT NULL,
  language TEXT,
  id_prefix TEXT,
  is_withdrawn INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX document_provisional ON document (source, number_in_dossier) WHERE is_provisional;

CREATE TABLE document_version (
  key INTEGER PRIMARY KEY REFERENCES record (key),
  document_key INTEGER REFERENCES record (key),
  number INTEGER,
  status TEXT,
  extension TEXT,
  size_kib INTEGER,
  published_at TEXT,
  publication_id TEXT,
  cause TEXT,
  reason TEXT,
  is_withdrawn INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX document_version_document ON document_version (document_key);

-- `segment`: of its source's log, the first that says the name. Who bore a name first keeps it.
CREATE TABLE document_name (
  document_key INTEGER NOT NULL REFERENCES record (key),
  name TEXT NOT NULL,
  segment INTEGER NOT NULL,
  PRIMARY KEY (document_key, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX document_name_name ON document_name (name, segment);

CREATE TABLE stated_dossier (
  key INTEGER NOT NULL REFERENCES record (key),
  ordinal INTEGER NOT NULL,
  label TEXT NOT NULL,
  title TEXT,
  PRIMARY KEY (key, ordinal)
) STRICT, WITHOUT ROWID;
CREATE INDEX stated_dossier_label ON stated_dossier (label);

CREATE TABLE stated_person (
  key INTEGER NOT NULL REFERENCES record (key),
  ordinal INTEGER NOT NULL,
  name TEXT NOT NULL,
  party TEXT,
  function TEXT,
  role TEXT,
  signed_on TEXT,
  withdrawn_on TEXT,
  ministry TEXT,
  PRIMARY KEY (key, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE offered_file (
  key INTEGER NOT NULL REFERENCES record (key),
  name TEXT NOT NULL,
  url TEXT NOT NULL,
  media_type TEXT,
  size_bytes INTEGER,
  is_description INTEGER NOT NULL,
  language TEXT,
  digest TEXT,
  is_inline INTEGER NOT NULL,
  PRIMARY KEY (key, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE stated_digest (
  key INTEGER NOT NULL REFERENCES record (key),
  name TEXT NOT NULL,
  url TEXT NOT NULL,
  media_type TEXT,
  size_bytes INTEGER,
  digest TEXT NOT NULL,
  PRIMARY KEY (key, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE replacement (
  key INTEGER NOT NULL REFERENCES record (key),
  official_id TEXT NOT NULL,
  PRIMARY KEY (key, official_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX replacement_by_id ON replacement (official_id);

CREATE TABLE link (
  key INTEGER NOT NULL REFERENCES record (key),
  relation TEXT NOT NULL,
  to_key INTEGER NOT NULL REFERENCES record (key),
  PRIMARY KEY (key, relation, to_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX link_to ON link (to_key, relation);

CREATE TABLE dossier (
  key INTEGER PRIMARY KEY REFERENCES record (key),
  number INTEGER,
  suffix TEXT,
  title TEXT,
  citation_title TEXT,
  alias TEXT,
  highest_number INTEGER,
  is_closed INTEGER,
  chamber TEXT,
  official TEXT
) STRICT;

CREATE TABLE "case" (
  key INTEGER PRIMARY KEY REFERENCES record (key),
  number TEXT,
  kind TEXT,
  soort TEXT,
  title TEXT,
  subject TEXT,
  status TEXT,
  started_on TEXT,
  due_on TEXT,
  session_year TEXT,
  number_in_dossier INTEGER,
  organisation TEXT,
  citation_title TEXT,
  alias TEXT,
  basis TEXT,
  is_closed INTEGER,
  is_large_project INTEGER,
  appraisal TEXT,
  advice TEXT
) STRICT;

CREATE TABLE motion_claim (
  key INTEGER NOT NULL REFERENCES record (key),
  ordinal INTEGER NOT NULL,
  number TEXT,
  text TEXT,
  advice_words TEXT,
  advice TEXT,
  outcome_words TEXT,
  outcome TEXT,
  method TEXT,
  report TEXT,
  point TEXT,
  decision_key INTEGER REFERENCES record (key),
  yes_supports INTEGER,
  PRIMARY KEY (key, ordinal)
) STRICT, WITHOUT ROWID;
CREATE INDEX motion_claim_decision ON motion_claim (decision_key) WHERE decision_key IS NOT NULL;

CREATE TABLE decision (
  key INTEGER PRIMARY KEY REFERENCES record (key),
  agenda_item_key INTEGER REFERENCES record (key),
  ordinal INTEGER,
  status TEXT,
  soort TEXT,
  text TEXT,
  remark TEXT,
  voting_method TEXT,
  method TEXT,
  outcome TEXT,
  yes_meaning TEXT,
  no_meaning TEXT,
  stated_for INTEGER,
  stated_against INTEGER
) STRICT;
CREATE INDEX decision_agenda_item ON decision (agenda_item_key);

CREATE TABLE vote (
  key INTEGER NOT NULL REFERENCES record (key),
  ordinal INTEGER NOT NULL,
  decision_key INTEGER REFERENCES record (key),
  soort TEXT,
  choice TEXT,
  party_size INTEGER,
  actor_name TEXT,
  actor_party TEXT,
  is_mistake INTEGER,
  person_key INTEGER REFERENCES record (key),
  party_key INTEGER REFERENCES record (key),
  weight INTEGER,
  not_counted TEXT,
  PRIMARY KEY (key, ordinal)
) STRICT, WITHOUT ROWID;
CREATE INDEX vote_decision ON vote (decision_key);
CREATE INDEX vote_party ON vote (actor_party, choice);

CREATE TABLE actor (
  key INTEGER PRIMARY KEY REFERENCES record (key),
  document_key INTEGER REFERENCES record (key),
  case_key INTEGER REFERENCES record (key),
  person_key INTEGER REFERENCES record (key),
  party_key INTEGER REFERENCES record (key),
  committee_key INTEGER REFERENCES record (key),
  name TEXT,
  party TEXT,
  function TEXT,
  relation TEXT,
  role TEXT,
  signed_on TEXT,
  withdrawn_on TEXT,
  ministry TEXT,
  is_withdrawn INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX actor_document ON actor (document_key);
CREATE INDEX actor_case ON actor (case_key);
CREATE INDEX actor_person ON actor (person_key);

CREATE TABLE person (
  key INTEGER PRIMARY KEY REFERENCES record (key),
  number TEXT,
  titles TEXT,
  initials TEXT,
  prefix TEXT,
  surname TEXT,
  first_names TEXT,
  known_as TEXT,
  gender TEXT,
  function TEXT,
  born_on TEXT,
  birthplace TEXT,
  birth_country TEXT,
  died_on TEXT,
  place_of_death TEXT,
  residence TEXT,
  country TEXT,
  party_label TEXT
) STRICT;

CREATE TABLE party (
  key INTEGER PRIMARY KEY REFERENCES record (key),
  number TEXT,
  abbreviation TEXT,
  name TEXT,
  name_en TEXT,
  seats INTEGER,
  votes_received INTEGER,
  active_from TEXT,
  active_until TEXT
) STRICT;

CREATE TABLE activity (
  key INTEGER PRIMARY KEY REFERENCES record (key),
  number TEXT,
  soort TEXT,
  subject TEXT,
  date TEXT,
  date_precision TEXT,
  starts_at TEXT,
  ends_at TEXT,
  location TEXT,
  is_closed_door INTEGER,
  status TEXT,
  session_year TEXT,
  chamber TEXT,
  note TEXT,
  lead_committee TEXT
) STRICT;

CREATE TABLE agenda_item (
  key INTEGER PRIMARY KEY REFERENCES record (key),
  activity_key INTEGER REFERENCES record (key),
  number TEXT,
  subject TEXT,
  ordinal INTEGER,
  heading TEXT,
  note TEXT,
  status TEXT,
  starts_at TEXT,
  ends_at TEXT
) STRICT;
CREATE INDEX agenda_item_activity ON agenda_item (activity_key);

CREATE TABLE commitment (
  key INTEGER PRIMARY KEY REFERENCES record (key),
  number TEXT,
  text TEXT,
  status TEXT,
  made_on TEXT,
  due_on TEXT,
  fulfilled_by TEXT,
  minister TEXT,
  function TEXT,
  ministry TEXT,
  activity_key INTEGER REFERENCES record (key),
  activity_number TEXT,
  person_key INTEGER REFERENCES record (key),
  party_key INTEGER REFERENCES record (key)
) STRICT;

-- Papers: what people look for, derived from the above (derivation.sql) ------------------------

-- The official id that a document goes by, or will, and the segment since which it does.
CREATE TABLE claim (
  document_key INTEGER PRIMARY KEY REFERENCES record (key),
  source TEXT NOT NULL,
  claim TEXT NOT NULL,
  is_stated INTEGER NOT NULL,
  segment INTEGER NOT NULL
) STRICT;
CREATE INDEX claim_claim ON claim (claim);

-- Which documents held an official id, from which to which segment of their source's log
-- (claims.py): what they say meanwhile is the history of that id. What a document said up to the
-- segment `after` is in that history already; `until` is empty while it holds the id. A document
-- that was withdrawn belongs to the paper all the same, until it has left it.
CREATE TABLE holding (
  source TEXT NOT NULL,
  claim TEXT NOT NULL,
  document_key INTEGER NOT NULL REFERENCES record (key),
  after INTEGER NOT NULL,
  since INTEGER NOT NULL,
  until INTEGER,
  left INTEGER,
  PRIMARY KEY (source, claim, document_key, since)
) STRICT, WITHOUT ROWID;
CREATE INDEX holding_document ON holding (document_key);
CREATE INDEX holding_claim ON holding (claim);

CREATE TABLE paper (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  document_key INTEGER NOT NULL UNIQUE REFERENCES record (key),
  source TEXT NOT NULL,
  kind TEXT NOT NULL,
  soort TEXT,
  number TEXT,
  publication_id TEXT,
  title TEXT,
  subject TEXT,
  published_on TEXT,
  session_year TEXT,
  chamber TEXT,
  language TEXT,
  dossier TEXT,
  dossier_key INTEGER REFERENCES record (key),
  dossier_title TEXT,
  number_in_dossier TEXT,
  parent_document_key INTEGER REFERENCES record (key),
  case_key INTEGER REFERENCES record (key),
  case_number TEXT,
  people TEXT,
  copies INTEGER NOT NULL,
  is_withdrawn INTEGER NOT NULL,
  is_taken_down INTEGER NOT NULL,
  version INTEGER NOT NULL,
  sha256 TEXT REFERENCES payload (sha256),
  media_type TEXT,
  appraisal TEXT,
  advice TEXT,
  decision_key INTEGER REFERENCES record (key),
  decision_soort TEXT,
  decision_text TEXT,
  decided_on TEXT,
  voting_method TEXT,
  outcome TEXT,
  votes_for INTEGER,
  votes_against INTEGER,
  votes_abstained INTEGER,
  votes_absent INTEGER,
  tally_agrees INTEGER,
  searched_sha256 TEXT
) STRICT;
CREATE INDEX paper_number ON paper (number);
CREATE INDEX paper_publication ON paper (publication_id);
CREATE INDEX paper_published ON paper (published_on);
CREATE INDEX paper_dossier ON paper (dossier, number_in_dossier);
CREATE INDEX paper_sha256 ON paper (sha256);
CREATE INDEX paper_decided ON paper (decided_on) WHERE decided_on IS NOT NULL;
CREATE INDEX paper_parent ON paper (parent_document_key) WHERE parent_document_key IS NOT NULL;
CREATE INDEX paper_unsearched ON paper (key) WHERE searched_sha256 IS NOT sha256;

-- What searches are narrowed by, in one narrow row: counting over many papers reads only this.
CREATE TABLE paper_facet (
  key INTEGER PRIMARY KEY REFERENCES paper (key),
  -- What orders papers: their own date, or where that is unlikely the day they became known here.
  published_on TEXT,
  kind TEXT NOT NULL,
  year TEXT,
  chamber TEXT,
  sender TEXT,
  dossier TEXT,
  outcome TEXT,
  advice TEXT,
  changed TEXT,
  is_withdrawn INTEGER NOT NULL,
  known_at TEXT,
  -- All but date and dossier as one value: few of them differ, whatever number of papers there is.
  traits TEXT NOT NULL AS (
    kind || char(31) || coalesce(year, '') || char(31) || coalesce(chamber, '') || char(31)
    || coalesce(sender, '') || char(31) || coalesce(outcome, '') || char(31)
    || coalesce(advice, '') || char(31) || coalesce(changed, '') || char(31) || is_withdrawn
  ) VIRTUAL
) STRICT;
CREATE INDEX paper_facet_published ON paper_facet (published_on);
CREATE INDEX paper_facet_dossier ON paper_facet (dossier, published_on, kind, outcome);
CREATE INDEX paper_facet_sender ON paper_facet (sender, published_on);

-- Operational: which of these rows changed after which, also those that are gone. Who keeps them in
-- memory reads on from the last number known. Each paper has its last change only.
CREATE TABLE facet_change (
  key INTEGER PRIMARY KEY,
  number INTEGER NOT NULL UNIQUE
) STRICT;
CREATE TRIGGER paper_facet_put AFTER INSERT ON paper_facet BEGIN
  INSERT OR REPLACE INTO facet_change
  SELECT NEW.key, 1 + coalesce(max(number), 0) FROM facet_change;
END;
CREATE TRIGGER paper_facet_changed AFTER UPDATE ON paper_facet BEGIN
  INSERT OR REPLACE INTO facet_change
  SELECT NEW.key, 1 + coalesce(max(number), 0) FROM facet_change;
END;
CREATE TRIGGER paper_facet_gone AFTER DELETE ON paper_facet BEGIN
  INSERT OR REPLACE INTO facet_change
  SELECT OLD.key, 1 + coalesce(max(number), 0) FROM facet_change;
END;

-- What one source publishes of a paper.
CREATE TABLE copy (
  paper TEXT NOT NULL REFERENCES paper (id),
  source TEXT NOT NULL,
  place INTEGER NOT NULL,
  document_key INTEGER NOT NULL UNIQUE REFERENCES record (key),
  is_provisional INTEGER NOT NULL,
  is_withdrawn INTEGER NOT NULL,
  version INTEGER NOT NULL,
  appeared_at TEXT NOT NULL,
  sha256 TEXT REFERENCES payload (sha256),
  media_type TEXT,
  PRIMARY KEY (paper, source)
) STRICT, WITHOUT ROWID;
CREATE INDEX copy_sha256 ON copy (sha256);

CREATE TABLE paper_document (
  document_key INTEGER PRIMARY KEY REFERENCES record (key),
  paper TEXT NOT NULL REFERENCES paper (id)
) STRICT;
CREATE INDEX paper_document_paper ON paper_document (paper);

CREATE TABLE paper_alias (
  alias TEXT NOT NULL,
  paper TEXT NOT NULL REFERENCES paper (id),
  PRIMARY KEY (alias, paper)
) STRICT, WITHOUT ROWID;
CREATE INDEX paper_alias_paper ON paper_alias (paper);

CREATE TABLE paper_version (
  paper TEXT NOT NULL REFERENCES paper (id),
  source TEXT NOT NULL,
  version INTEGER NOT NULL,
  document_key INTEGER NOT NULL REFERENCES record (key),
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  opened_at TEXT NOT NULL,
  source_updated TEXT,
  segment INTEGER NOT NULL,
  line INTEGER NOT NULL,
  PRIMARY KEY (paper, source, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX paper_version_document ON paper_version (document_key, version);
CREATE INDEX paper_version_later ON paper_version (opened_at) WHERE version > 1;
CREATE INDEX paper_version_opened ON paper_version (opened_at);

CREATE TABLE file (
  paper TEXT NOT NULL REFERENCES paper (id),
  source TEXT NOT NULL,
  version INTEGER NOT NULL,
  name TEXT NOT NULL,
  document_key INTEGER NOT NULL REFERENCES record (key),
  sha256 TEXT NOT NULL REFERENCES payload (sha256),
  size_bytes INTEGER NOT NULL,
  media_type TEXT,
  retrieved_at TEXT NOT NULL,
  url TEXT NOT NULL,
  declared_media_type TEXT,
  declared_size_bytes INTEGER,
  declared_digest TEXT,
  digest_agrees INTEGER,
  PRIMARY KEY (paper, source, version, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX file_document ON file (document_key, name, version);
CREATE INDEX file_sha256 ON file (sha256);

CREATE VIRTUAL TABLE paper_fts USING fts5 (
  numbers, title, subject, people, text,
  tokenize = 'unicode61 remove_diacritics 2',
  prefix = '3'
);

-- Operational: may be lost without harm, and is no part of any comparison ----------------------

CREATE TABLE stale (
  kind TEXT NOT NULL,
  key INTEGER NOT NULL,
  PRIMARY KEY (kind, key)
) STRICT, WITHOUT ROWID;

-- Papers whose copies changed and may have to be compared.
CREATE TABLE uncompared (
  paper TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- Papers of which a source states digests of another's files that may have to be compared.
CREATE TABLE unwitnessed (
  paper TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- Letters of different sources with the same words: texts with one long sentence are compared.
CREATE TABLE text_key (
  sha256 TEXT PRIMARY KEY,
  key INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX text_key_key ON text_key (key);
CREATE TABLE unpaired (
  sha256 TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
CREATE TABLE same_words (
  sha256 TEXT NOT NULL,
  other_sha256 TEXT NOT NULL,
  PRIMARY KEY (sha256, other_sha256)
) STRICT, WITHOUT ROWID;
CREATE INDEX same_words_other ON same_words (other_sha256);

-- Further digests of files, computed where a source states one.
CREATE TABLE payload_digest (
  sha256 TEXT NOT NULL,
  algorithm TEXT NOT NULL,
  digest TEXT NOT NULL,
  PRIMARY KEY (sha256, algorithm)
) STRICT, WITHOUT ROWID;

CREATE TABLE cursor (
  source TEXT PRIMARY KEY,
  cursor TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE fetch (
  record_key INTEGER NOT NULL REFERENCES record (key),
  name TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  last_attempt_at TEXT NOT NULL,
  next_attempt_at TEXT,
  etag TEXT,
  last_modified TEXT,
  error TEXT,
  failing_since TEXT,
  PRIMARY KEY (record_key, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX fetch_failing ON fetch (failing_since) WHERE failing_since IS NOT NULL;

CREATE TABLE erased (
  sha256 TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE TABLE fixity (
  object_key TEXT PRIMARY KEY,
  checked_at TEXT NOT NULL,
  finding TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE harvest (
  id TEXT PRIMARY KEY,
  source TEXT NOT NULL,
  started_at TEXT NOT NULL,
  ended_at TEXT,
  outcome TEXT,
  freshest_updated TEXT,
  report TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX harvest_source ON harvest (source, started_at);

CREATE TABLE job (
  name TEXT PRIMARY KEY,
  started_at TEXT NOT NULL,
  ended_at TEXT,
  code INTEGER,
  said TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE condition (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  source TEXT NOT NULL,
  first_seen_at TEXT NOT NULL,
  over_at TEXT,
  detail TEXT NOT NULL,
  told TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX condition_open ON condition (kind, source) WHERE over_at IS NULL;

CREATE TABLE failure (
  harvest TEXT NOT NULL REFERENCES harvest (id),
  ordinal INTEGER NOT NULL,
  category TEXT NOT NULL,
  reason TEXT NOT NULL,
  count INTEGER NOT NULL,
  url TEXT NOT NULL,
  excerpt TEXT NOT NULL,
  PRIMARY KEY (harvest, ordinal)
) STRICT, WITHOUT ROWID;
