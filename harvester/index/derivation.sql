-- What papers are, as views over what records say. `refresh.py` keeps the tables `paper` and
-- `paper_alias` equal to them, for the papers that something touched.

-- What was withdrawn counts only for a document that is itself withdrawn: it keeps its last words.

-- The official id: of the version that the source calls current, else of the highest that has one.
CREATE VIEW document_publication AS
  SELECT d.id AS document_id,
         coalesce((SELECT v.publication_id
                     FROM document_version AS v
                    WHERE v.id = d.current_version_id AND v.is_withdrawn <= d.is_withdrawn),
                  (SELECT v.publication_id
                     FROM document_version AS v
                    WHERE v.document_id = d.id AND v.publication_id IS NOT NULL
                      AND v.is_withdrawn <= d.is_withdrawn
                    ORDER BY v.number DESC, v.id
                    LIMIT 1)) AS publication_id
    FROM document AS d;

-- Of an annex, the letter or motion that it belongs to.
CREATE VIEW document_parent AS
  SELECT d.id AS document_id,
         (SELECT min(p.id)
            FROM link AS l JOIN document AS p ON p.id = l.to_id AND p.kind IN ('letter', 'motion')
           WHERE l.from_id = d.id AND l.relation = 'annex_document') AS parent_document_id
    FROM document AS d;

-- A document's own matter: a case of the same kind before any other it is linked to.
CREATE VIEW document_own_case AS
  SELECT d.id AS document_id,
         coalesce((SELECT c.id
                     FROM link AS l JOIN "case" AS c ON c.id = l.to_id AND c.kind = d.kind
                    WHERE l.from_id = d.id AND l.relation = 'document_case'
                    ORDER BY c.number, c.id
                    LIMIT 1),
                  (SELECT c.id
                     FROM link AS l JOIN "case" AS c ON c.id = l.to_id
                    WHERE l.from_id = d.id AND l.relation = 'document_case'
                    ORDER BY c.number, c.id
                    LIMIT 1)) AS case_id
    FROM document AS d;

-- The last decision about a vote on a case (sources/tweedekamer.md 2.3), never the tally.
CREATE VIEW case_decision AS
  SELECT c.id AS case_id,
         (SELECT decision.id
            FROM link AS l
            JOIN decision ON decision.id = l.from_id AND decision.outcome IS NOT NULL
            LEFT JOIN agenda_item ON agenda_item.id = decision.agenda_item_id
            LEFT JOIN activity ON activity.id = agenda_item.activity_id
           WHERE l.to_id = c.id AND l.relation = 'decision_case'
           ORDER BY activity.date DESC, agenda_item.number DESC, decision.ordinal DESC,
                    decision.id
           LIMIT 1) AS decision_id
    FROM "case" AS c;

CREATE VIEW dossier_label AS
  SELECT id, number || CASE WHEN suffix IS NULL THEN '' ELSE '-' || suffix END AS label
    FROM dossier;

CREATE VIEW document_dossier AS
  SELECT d.id AS document_id,
         (SELECT s.id
            FROM link AS l JOIN dossier_label AS s ON s.id = l.to_id
           WHERE l.from_id = d.id AND l.relation = 'document_dossier'
           ORDER BY s.label, s.id
           LIMIT 1) AS dossier_id
    FROM document AS d;

CREATE VIEW paper_actor AS
  SELECT d.id AS document_id, a.id AS actor_id, a.person_id, a.party_id, a.name, a.party,
         a.function, a.relation, a.role
    FROM document AS d JOIN actor AS a ON a.document_id = d.id
   WHERE a.is_withdrawn <= d.is_withdrawn
  UNION ALL
  SELECT c.document_id, a.id, a.person_id, a.party_id, a.name, a.party, a.function, a.relation,
         a.role
    FROM document_own_case AS c JOIN actor AS a ON a.case_id = c.case_id
    JOIN document AS d ON d.id = c.document_id
   WHERE a.is_withdrawn <= d.is_withdrawn;

-- Names of who signed or tabled; who does both is named once, the first signatory first.
CREATE VIEW document_people AS
  SELECT d.id AS document_id,
         (SELECT group_concat(name, ', ')
            FROM (SELECT name
                    FROM (SELECT name, role, is_withdrawn FROM actor
                           WHERE actor.document_id = d.id
                          UNION ALL
                          SELECT name, role, is_withdrawn FROM actor
                           WHERE actor.case_id = own.case_id) AS a
                   WHERE role IN ('signatory', 'mover', 'co-signatory', 'co-mover')
                     AND name IS NOT NULL AND a.is_withdrawn <= d.is_withdrawn
                   GROUP BY name
                   ORDER BY min(role IN ('co-signatory', 'co-mover')), name)) AS people
    FROM document AS d JOIN document_own_case AS own ON own.document_id = d.id;

CREATE VIEW paper_now AS
  SELECT d.id AS document_id, d.kind, d.soort, d.number, p.publication_id, d.title, d.subject,
         d.published_on, d.session_year, d.chamber, label.label AS dossier, s.dossier_id,
         d.number_in_dossier,
         CASE WHEN d.kind = 'annex' THEN parent.parent_document_id END AS parent_document_id,
         c.id AS case_id, c.number AS case_number, people.people, d.is_withdrawn,
         CASE WHEN d.kind = 'motion' THEN c.appraisal END AS appraisal,
         CASE WHEN d.kind = 'motion' THEN c.advice END AS advice,
         decision.id AS decision_id, decision.soort AS decision_soort,
         decision.text AS decision_text, activity.date AS decided_on,
         decision.voting_method, decision.outcome
    FROM document AS d
    JOIN document_publication AS p ON p.document_id = d.id
    JOIN document_dossier AS s ON s.document_id = d.id
    JOIN document_parent AS parent ON parent.document_id = d.id
    JOIN document_own_case AS own ON own.document_id = d.id
    JOIN document_people AS people ON people.document_id = d.id
    LEFT JOIN dossier_label AS label ON label.id = s.dossier_id
    LEFT JOIN "case" AS c ON c.id = own.case_id
    LEFT JOIN case_decision AS last ON d.kind = 'motion' AND last.case_id = c.id
    LEFT JOIN decision ON decision.id = last.decision_id
    LEFT JOIN agenda_item ON agenda_item.id = decision.agenda_item_id
    LEFT JOIN activity ON activity.id = agenda_item.activity_id
   WHERE d.kind IN ('letter', 'motion')
      OR (d.kind = 'annex' AND parent.parent_document_id IS NOT NULL);

-- Which paper cites what in its current text; `cited` is empty until that paper is here.
CREATE VIEW reference AS
  SELECT p.id AS paper, c.ordinal, c.kind, c.target,
         coalesce((SELECT q.id FROM paper AS q WHERE q.id = c.target),
                  (SELECT min(a.paper) FROM paper_alias AS a WHERE a.alias = c.target)) AS cited,
         c.words, c.start_at, c.end_at, c.sha256
    FROM citation AS c JOIN paper AS p ON p.sha256 = c.sha256
   -- A paper's own number stands on each of its pages.
   WHERE c.target <> p.id
     AND c.target NOT IN (SELECT alias FROM paper_alias WHERE document_id = p.document_id);

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
