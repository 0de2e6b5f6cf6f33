-- What papers are, as views over what records say. `refresh.py` keeps the tables of papers equal
-- to them, for the documents that something touched.

-- Records with one id, as their source gives it, in another category or at another source.
CREATE VIEW namesake AS
  SELECT mine.key, other.key AS other_key
    FROM record AS mine CROSS JOIN category AS c
   CROSS JOIN record AS other
      ON other.source = c.source AND other.id = c.name || substr(mine.id, instr(mine.id, '/'))
         AND other.key <> mine.key;

-- What a paper is called that has no number. A UUID names one thing wherever it occurs, unless
-- somebody copied it; any other id only with its source and category. Where two documents have one
-- UUID, it names that of the first source, so that no address depends on which one came first.
CREATE VIEW document_label AS
  SELECT d.key AS document_key,
         CASE WHEN substr(r.id, instr(r.id, '/') + 1) GLOB
                   '????????-????-????-????-????????????'
                   AND substr(r.id, instr(r.id, '/') + 1) NOT GLOB '*[^0-9A-Fa-f-]*'
                   AND NOT EXISTS (SELECT 1 FROM namesake AS n
                                     JOIN document AS o ON o.key = n.other_key
                                     JOIN record AS other ON other.key = o.key
                                    WHERE n.key = r.key
                                      AND (other.source, other.id) < (r.source, r.id))
              THEN substr(r.id, instr(r.id, '/') + 1)
              ELSE r.source || '/' || r.id END AS label
    FROM document AS d JOIN record AS r ON r.key = d.key;

-- The number that a paper may be called by. A UUID, and what looks like `<source>/<category>/<id>`,
-- are names of records: a document that states another one's as its number or official id would take
-- that one's address, so they lead to it and it has another. (`~` begins names that nobody has.)
CREATE VIEW document_number AS
  SELECT key AS document_key,
         CASE WHEN number NOT GLOB '~*'
                   AND (number NOT GLOB '[a-z]*/?*/?*'
                        OR substr(number, 1, instr(number, '/') - 1) GLOB '*[^a-z0-9_-]*')
                   AND (number NOT GLOB '????????-????-????-????-????????????'
                        OR number GLOB '*[^0-9A-Fa-f-]*')
              THEN number END AS number
    FROM document;

-- Where nothing else decides, the smaller id of a record does: keys are of one index only.

-- What was withdrawn counts only for a document that is itself withdrawn: it keeps its last words.

-- The official id: as the record states it, else of the version that the source calls current,
-- else of the highest that has one.
CREATE VIEW document_publication AS
  SELECT d.key AS document_key,
         coalesce(d.publication_id,
                  (SELECT v.publication_id
                     FROM document_version AS v
                    WHERE v.key = d.current_version_key AND v.document_key = d.key
                     AND v.is_withdrawn <= d.is_withdrawn),
                  (SELECT v.publication_id
                     FROM document_version AS v
                    WHERE v.document_key = d.key AND v.publication_id IS NOT NULL
                      AND v.is_withdrawn <= d.is_withdrawn
                    ORDER BY v.number DESC, (SELECT id FROM record WHERE key = v.key)
                    LIMIT 1)) AS publication_id
    FROM document AS d;

CREATE VIEW dossier_label AS
  SELECT key, number || CASE WHEN suffix IS NULL THEN '' ELSE '-' || suffix END AS label,
         coalesce(official, number || coalesce('-' || suffix, '')) AS official
    FROM dossier;

-- The official id that a document will have: its number in its dossier, where it is in one only.
CREATE VIEW document_expected AS
  SELECT d.key AS document_key,
         coalesce(d.expected_id,
                  CASE WHEN d.id_prefix IS NOT NULL AND d.number_in_dossier > '0'
                       THEN (SELECT d.id_prefix || min(s.official) || '-' || d.number_in_dossier
                               FROM link AS l LEFT JOIN dossier_label AS s ON s.key = l.to_key
                              WHERE l.key = d.key AND l.relation = 'document_dossier'
                             HAVING count(*) = 1) END) AS expected_id
    FROM document AS d;

CREATE VIEW document_dossiers AS
  SELECT d.key AS document_key,
         (SELECT group_concat(label, ' ')
            FROM (SELECT label FROM stated_dossier WHERE key = d.key ORDER BY label))
           AS labels
    FROM document AS d;

-- The official id that a document goes by: its own, the one that is expected, or, of what is
-- provisional and in several dossiers, that of the only final document of the same source with the
-- same number in the same dossiers. Asked document by document: nothing here is made for all.
CREATE VIEW document_claim AS
  SELECT document_key, source, coalesce(publication_id, expected_id, successor) AS claim,
         publication_id IS NOT NULL AS is_stated
    FROM (SELECT d.key AS document_key, d.source, p.publication_id, e.expected_id,
                 CASE WHEN d.is_provisional AND d.expected_id IS NULL THEN
                 (SELECT CASE WHEN count(DISTINCT f.publication_id) = 1
                              THEN min(f.publication_id) END
                    FROM stated_dossier AS s
                    JOIN stated_dossier AS o ON o.label = s.label
                    JOIN document AS f ON f.key = o.key AND f.source = d.source
                         AND NOT f.is_provisional
                         AND coalesce(f.kind, '') NOT IN ('annex', 'copy')
                         AND f.number_in_dossier = d.number_in_dossier AND f.chamber IS d.chamber
                   WHERE s.key = d.key AND s.ordinal = 1
                     AND (SELECT labels FROM document_dossiers WHERE document_key = f.key)
                         = (SELECT labels FROM document_dossiers WHERE document_key = d.key)) END
                   AS successor
            FROM document AS d
            JOIN document_publication AS p ON p.document_key = d.key
            JOIN document_expected AS e ON e.document_key = d.key)
   -- As of numbers (document_number).
   WHERE claim NOT GLOB '~*'
     AND (claim NOT GLOB '[a-z]*/?*/?*'
          OR substr(claim, 1, instr(claim, '/') - 1) GLOB '*[^a-z0-9_-]*')
     AND (claim NOT GLOB '????????-????-????-????-????????????'
          OR claim GLOB '*[^0-9A-Fa-f-]*');

-- Whether a document is a letter or motion, by its own word or by that of another source.
CREATE VIEW document_is_main AS
  SELECT d.key AS document_key,
         coalesce(d.kind, '') IN ('letter', 'motion', 'report', 'note')
         OR (d.kind IS NULL
             AND EXISTS (SELECT 1
                           FROM claim AS mine
                           JOIN claim AS other ON other.claim = mine.claim
                           JOIN document AS o ON o.key = other.document_key
                          WHERE mine.document_key = d.key AND o.kind IN ('letter', 'motion', 'report', 'note')))
           AS is_main
    FROM document AS d;

-- Of an annex, the letter or motion that it belongs to: either of the two may say so.
CREATE VIEW document_parent AS
  SELECT d.key AS document_key,
         CASE WHEN d.kind IN ('annex', 'copy') THEN
         (SELECT p.document_key
            FROM (SELECT to_key AS key FROM link
                   WHERE key = d.key AND relation IN ('annex_document', 'copy_document')
                  UNION ALL
                  SELECT key FROM link
                   WHERE to_key = d.key AND relation = 'document_annex') AS a
            CROSS JOIN document_is_main AS p ON p.document_key = a.key AND p.is_main
           ORDER BY (SELECT id FROM record WHERE key = p.document_key)
           LIMIT 1) END AS parent_document_key
    FROM document AS d;

-- A document's own matter: a case of the same kind before any other it is linked to.
CREATE VIEW document_own_case AS
  SELECT d.key AS document_key,
         coalesce((SELECT c.key
                     FROM link AS l JOIN "case" AS c ON c.key = l.to_key AND c.kind = d.kind
                    WHERE l.key = d.key AND l.relation = 'document_case'
                    ORDER BY c.number, (SELECT id FROM record WHERE key = c.key)
                    LIMIT 1),
                  (SELECT c.key
                     FROM link AS l JOIN "case" AS c ON c.key = l.to_key
                    WHERE l.key = d.key AND l.relation = 'document_case'
                    ORDER BY c.number, (SELECT id FROM record WHERE key = c.key)
                    LIMIT 1)) AS case_key
    FROM document AS d;

-- The last decision about a vote on a case, never the tally: sources correct outcomes.
CREATE VIEW case_decision AS
  SELECT c.key AS case_key,
         (SELECT decision.key
            FROM link AS l
            JOIN decision ON decision.key = l.key AND decision.outcome IS NOT NULL
            LEFT JOIN agenda_item ON agenda_item.key = decision.agenda_item_key
            LEFT JOIN activity ON activity.key = agenda_item.activity_key
           WHERE l.to_key = c.key AND l.relation = 'decision_case'
           ORDER BY activity.date DESC, agenda_item.number DESC, decision.ordinal DESC,
                    (SELECT id FROM record WHERE key = decision.key)
           LIMIT 1) AS decision_key
    FROM "case" AS c;

CREATE VIEW document_dossier AS
  SELECT d.key AS document_key,
         (SELECT s.key
            FROM link AS l JOIN dossier_label AS s ON s.key = l.to_key
           WHERE l.key = d.key AND l.relation = 'document_dossier'
           ORDER BY s.label, (SELECT id FROM record WHERE key = s.key)
           LIMIT 1) AS dossier_key
    FROM document AS d;

CREATE VIEW document_actor AS
  SELECT d.key AS document_key, a.person_key, a.party_key, a.name, a.party,
         a.function, a.relation, a.role
    FROM document AS d JOIN actor AS a ON a.document_key = d.key
   WHERE a.is_withdrawn <= d.is_withdrawn
  UNION ALL
  SELECT c.document_key, a.person_key, a.party_key, a.name, a.party, a.function, a.relation,
         a.role
    FROM document_own_case AS c JOIN actor AS a ON a.case_key = c.case_key
    JOIN document AS d ON d.key = c.document_key
   WHERE a.is_withdrawn <= d.is_withdrawn
  UNION ALL
  SELECT key, NULL, NULL, name, party, function, NULL, role FROM stated_person;

-- Who signed, tabled or received a paper, as each source says it.
CREATE VIEW paper_actor AS
  SELECT m.paper, d.source, a.person_key, a.party_key, a.name, a.party, a.function, a.relation,
         a.role
    FROM paper_document AS m
    CROSS JOIN document AS d ON d.key = m.document_key
    CROSS JOIN actor AS a ON a.document_key = d.key
   WHERE a.is_withdrawn <= d.is_withdrawn
  UNION ALL
  SELECT m.paper, d.source, a.person_key, a.party_key, a.name, a.party, a.function, a.relation,
         a.role
    FROM paper_document AS m
    CROSS JOIN document AS d ON d.key = m.document_key
    CROSS JOIN document_own_case AS c ON c.document_key = d.key
    CROSS JOIN actor AS a ON a.case_key = c.case_key
   WHERE a.is_withdrawn <= d.is_withdrawn
  UNION ALL
  SELECT m.paper, d.source, NULL, NULL, p.name, p.party, p.function, NULL, p.role
    FROM paper_document AS m
    CROSS JOIN document AS d ON d.key = m.document_key
    CROSS JOIN stated_person AS p ON p.key = d.key;

-- When a paper became known here, and its own date if that is likely: sources also send 0001, 5008
-- and next year. The same rule as in harvester/source/likely.py.
CREATE VIEW paper_day AS
  SELECT p.id AS paper, (SELECT min(opened_at) FROM paper_version WHERE paper = p.id) AS known_at,
         CASE WHEN p.published_on >= '1200-01-01'
                   AND p.published_on <= date((SELECT max(opened_at) FROM paper_version
                                                WHERE paper = p.id), '+31 days')
              THEN p.published_on END AS likely_on
    FROM paper AS p;

-- An unlikely date orders nothing and makes no year: the day on which the paper became known does.
-- The sender of a motion is the party of who tabled it, of a letter the ministry. Who signed first
-- stands before the others; a source's record before the paper's own words. Each part is asked for
-- one paper: a view over all of them would be made anew for each.
CREATE VIEW paper_facet_now AS
  SELECT p.key, coalesce(y.likely_on, substr(y.known_at, 1, 10)) AS published_on, p.kind,
         substr(y.likely_on, 1, 4) AS year, p.chamber,
         (SELECT said
            FROM (SELECT place, name,
                         CASE WHEN p.kind = 'motion' THEN party ELSE ministry END AS said
                    FROM (SELECT a.party, a.ministry, a.name,
                                 a.role IN ('co-signatory', 'co-mover') AS place
                            FROM paper_document AS m
                            CROSS JOIN document AS d ON d.key = m.document_key
                            CROSS JOIN actor AS a ON a.document_key = d.key
                           WHERE m.paper = p.id AND a.is_withdrawn <= d.is_withdrawn
                             AND a.role IN ('signatory', 'mover', 'co-signatory', 'co-mover')
                          UNION ALL
                          SELECT a.party, a.ministry, a.name,
                                 a.role IN ('co-signatory', 'co-mover')
                            FROM paper_document AS m
                            CROSS JOIN document AS d ON d.key = m.document_key
                            CROSS JOIN document_own_case AS c ON c.document_key = d.key
                            CROSS JOIN actor AS a ON a.case_key = c.case_key
                           WHERE m.paper = p.id AND a.is_withdrawn <= d.is_withdrawn
                             AND a.role IN ('signatory', 'mover', 'co-signatory', 'co-mover')
                          UNION ALL
                          SELECT t.party, t.ministry, t.name,
                                 t.role IN ('co-signatory', 'co-mover')
                            FROM paper_document AS m
                            CROSS JOIN stated_person AS t ON t.key = m.document_key
                           WHERE m.paper = p.id
                             AND t.role IN ('signatory', 'mover', 'co-signatory', 'co-mover')
                          UNION ALL
                          SELECT NULL, g.ministry, g.name, 1 + g.ordinal
                            FROM signature AS g WHERE g.sha256 = p.sha256))
           WHERE said IS NOT NULL ORDER BY place, name LIMIT 1) AS sender,
         p.dossier, p.outcome, p.advice,
         CASE WHEN EXISTS (SELECT 1 FROM file AS f
                            WHERE f.paper = p.id
                            GROUP BY f.source, f.name HAVING count(DISTINCT f.sha256) > 1)
              THEN 'file'
              WHEN EXISTS (SELECT 1 FROM paper_version AS v
                            WHERE v.paper = p.id AND v.version > 1 AND v.state <> 'withdrawn')
              THEN 'record' END AS changed,
         p.is_withdrawn, y.known_at, p.id
    FROM paper AS p JOIN paper_day AS y ON y.paper = p.id;

-- What became of a motion whose claims are decided one by one: their common fate, or that a part
-- was adopted. Nothing is said before each has one, nor where none of them was adopted and they
-- fared differently.
CREATE VIEW document_claims AS
  SELECT d.key AS document_key,
         (SELECT CASE WHEN count(*) <> count(outcome) THEN NULL
                      WHEN count(DISTINCT outcome) = 1 THEN min(outcome)
                      WHEN sum(outcome IN ('adopted', 'partly adopted')) > 0 THEN 'partly adopted'
                 END FROM motion_claim WHERE key = d.key) AS outcome,
         (SELECT CASE WHEN count(*) = count(advice) AND count(DISTINCT advice) = 1
                      THEN min(advice) END FROM motion_claim WHERE key = d.key) AS advice
    FROM document AS d;

-- Names of who signed or tabled; who does both is named once, the first signatory first.
CREATE VIEW document_people AS
  SELECT d.key AS document_key,
         (SELECT group_concat(name, ', ')
            FROM (SELECT name
                    FROM (SELECT name, role, is_withdrawn, '' AS place FROM actor
                           WHERE actor.document_key = d.key
                          UNION ALL
                          SELECT name, role, is_withdrawn, '' FROM actor
                           WHERE actor.case_key = own.case_key
                          UNION ALL
                          SELECT name, role, 0, ordinal FROM stated_person
                           WHERE stated_person.key = d.key) AS a
                   WHERE role IN ('signatory', 'mover', 'co-signatory', 'co-mover')
                     AND name IS NOT NULL AND a.is_withdrawn <= d.is_withdrawn
                   GROUP BY name
                   ORDER BY min(role IN ('co-signatory', 'co-mover')), min(place), name)) AS people
    FROM document AS d JOIN document_own_case AS own ON own.document_key = d.key;

-- What a paper is, as far as one document tells. Documents of no kind are taken along: another
-- source may know the kind.
CREATE VIEW paper_now AS
  SELECT d.key AS document_key, d.source, d.kind, d.soort, d.number, p.publication_id, d.title,
         d.subject, d.published_on, d.session_year, d.chamber, d.language,
         coalesce(label.label, stated.label) AS dossier, s.dossier_key,
         coalesce(dossier.title, stated.title) AS dossier_title,
         d.number_in_dossier, parent.parent_document_key,
         c.key AS case_key, c.number AS case_number, people.people, d.is_withdrawn,
         CASE WHEN d.kind = 'motion' THEN c.appraisal END AS appraisal,
         CASE WHEN d.kind = 'motion' THEN coalesce(c.advice, claims.advice) END AS advice,
         decision.key AS decision_key, decision.soort AS decision_soort,
         decision.text AS decision_text, activity.date AS decided_on,
         decision.voting_method, coalesce(decision.outcome, claims.outcome) AS outcome
    FROM document AS d
    JOIN document_publication AS p ON p.document_key = d.key
    JOIN document_dossier AS s ON s.document_key = d.key
    JOIN document_parent AS parent ON parent.document_key = d.key
    JOIN document_own_case AS own ON own.document_key = d.key
    JOIN document_people AS people ON people.document_key = d.key
    LEFT JOIN dossier_label AS label ON label.key = s.dossier_key
    LEFT JOIN dossier ON dossier.key = s.dossier_key
    LEFT JOIN stated_dossier AS stated ON stated.key = d.key AND stated.ordinal = 1
    LEFT JOIN "case" AS c ON c.key = own.case_key
    LEFT JOIN case_decision AS last ON d.kind = 'motion' AND last.case_key = c.key
    LEFT JOIN decision ON decision.key = last.decision_key
    LEFT JOIN agenda_item ON agenda_item.key = decision.agenda_item_key
    LEFT JOIN activity ON activity.key = agenda_item.activity_key
    LEFT JOIN document_claims AS claims ON d.kind = 'motion' AND claims.document_key = d.key
   WHERE coalesce(d.kind, '') NOT IN ('annex', 'copy') OR parent.parent_document_key IS NOT NULL;

-- Which paper cites what in its current text; `cited` is empty until that paper is here.
CREATE VIEW reference AS
  SELECT p.id AS paper, c.ordinal, c.kind, c.target,
         coalesce((SELECT q.id FROM paper AS q WHERE q.id = c.target),
                  (SELECT min(a.paper) FROM paper_alias AS a WHERE a.alias = c.target)) AS cited,
         c.words, c.start_at, c.end_at, c.origin, c.sha256
    FROM citation AS c JOIN paper AS p ON p.sha256 = c.sha256
   -- A paper's own number stands on each of its pages.
   WHERE c.target <> p.id
     AND c.target NOT IN (SELECT alias FROM paper_alias WHERE paper = p.id);

-- What letters say of motions. `agrees` compares with the advice that the source gives in its own
-- field, where both are advice.
CREATE VIEW answer AS
  SELECT r.paper AS letter, r.cited AS motion, a.verdict, a.sentence, m.advice,
         CASE WHEN a.verdict NOT LIKE '%carried out' THEN a.verdict = m.advice END AS agrees,
         r.ordinal, r.sha256
    FROM appraisal AS a
    JOIN reference AS r ON r.sha256 = a.sha256 AND r.ordinal = a.ordinal
    JOIN paper AS m ON m.id = r.cited AND m.kind = 'motion'
    JOIN paper AS l ON l.id = r.paper AND l.kind = 'letter';

-- Two sources' copies of a paper, side by side: `agrees` is empty where nothing can be compared.
CREATE VIEW witness AS
  SELECT a.paper, a.source, b.source AS other_source, a.appeared_at,
         b.appeared_at AS other_appeared_at, a.sha256, b.sha256 AS other_sha256, c.agrees,
         CASE WHEN a.sha256 = b.sha256 THEN '[]' ELSE c.differences END AS differences,
         CASE WHEN a.sha256 = c.sha256 THEN c.outside ELSE c.other_outside END AS outside,
         CASE WHEN a.sha256 = c.sha256 THEN c.other_outside ELSE c.outside END AS other_outside,
         a.sha256 = c.sha256 AS is_in_order
    FROM copy AS a JOIN copy AS b ON b.paper = a.paper AND b.place > a.place
    LEFT JOIN comparison AS c
      ON c.sha256 = min(a.sha256, b.sha256) AND c.other_sha256 = max(a.sha256, b.sha256);

-- Digests that a source states of another source's files, beside the files of the paper that came
-- from that address: `agrees` is empty until a file's digest is computed.
CREATE VIEW digest_witness AS
  SELECT m.paper, d.source, s.name, s.url, s.media_type, s.digest, f.source AS other_source,
         f.version AS other_version, f.sha256, p.digest AS computed, s.digest = p.digest AS agrees
    FROM paper_document AS m
    CROSS JOIN stated_digest AS s ON s.key = m.document_key
    CROSS JOIN document AS d ON d.key = s.key AND NOT d.is_withdrawn
    CROSS JOIN file AS f ON f.paper = m.paper AND f.url = s.url
    LEFT JOIN payload_digest AS p
      ON p.sha256 = f.sha256 AND p.algorithm = substr(s.digest, 1, instr(s.digest, ':') - 1);

-- Documents whose files are not fetched, and go where they were: those that a takedown names, and
-- those that go by the official id under which it took the paper down, whatever source they come
-- from and whenever. (Which id that was, the holdings tell: the first one later where there was
-- none yet.)
CREATE VIEW taken_document AS
  SELECT d.key AS document_key, k.taken_down_at, k.reason, k.decided_by
    FROM takedown AS k JOIN document AS d ON d.key = k.record_key
  UNION
  SELECT d.key, k.taken_down_at, k.reason, k.decided_by
    FROM takedown AS k
    CROSS JOIN holding AS h ON h.document_key = k.record_key
         AND h.since = coalesce((SELECT max(o.since) FROM holding AS o
                                  WHERE o.document_key = k.record_key AND o.since <= k.segment
                                    AND (o.left IS NULL OR o.left > k.segment)),
                                (SELECT min(o.since) FROM holding AS o
                                  WHERE o.document_key = k.record_key AND o.since > k.segment))
    JOIN claim AS c ON c.claim = h.claim
    JOIN document AS d ON d.key = c.document_key;
