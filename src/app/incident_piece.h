// One customer's turn in a gesture for everybody that an incident hit: its row, and all that its
// answer shows and its doing needs. What is done with it is in incident_fulfilment.h.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/change.h"
#include "app/holds.h"
#include "app/ideas.h"
#include "app/situation.h"
#include "app/use_case.h"

namespace extramile::app {

// What PieceFrom reads: a statement's beginning, where the pieces are p.
#define EM_PIECE_COLUMNS                                                                         \
  "select p.id, p.version, p.fulfilment_id, p.incident_id, p.idea_id, p.case_id, p.planned_at, " \
  "p.state, p.taken_by, p.action_id, " EM_HOLD_COLUMNS                                           \
  " from incident_piece p left join hold h on h.organisation_id = p.organisation_id and "        \
  "h.subject_id = p.id and h.state = 'held' "

struct Piece {
  AnyId id;
  int64_t version = 1;
  AnyId fulfilment, incident, idea, service_case;
  Instant planned_at;
  std::string state;  // waiting | taken | done | cancelled
  std::optional<PersonId> taken_by;
  std::optional<AnyId> action;
  std::optional<Hold> hold;  // in force
};

Piece PieceFrom(const Row& row);

// The one that the request names, at the version that it names.
Result<Piece> FindPiece(Services& services, const Request& request);
// Those of one customer that are not cancelled.
Result<std::vector<Piece>> PiecesOfSubject(Services& services, const Request& request,
                                           AnyId incident, AnyId subject);
// Gives back what it holds.
void CancelPiece(Change& change, const Request& request, const Piece& piece);

// Everything about one piece that its answer shows and its doing needs.
struct PieceView {
  Piece piece;
  IdeaRecord idea;
  std::vector<desk::IdeaLineFacts> lines;
  AnyId check;
  std::optional<AnyId> consultation;
  desk::Verdict accepted = desk::Verdict::kOk;
  PersonId planner;
  bool holds = false;
  std::optional<StoredWords> message;
  CaseInQuestion service_case;
  std::optional<std::string> pseudonym, name, contact;
  Rows actor_name;
  bool told = false;
};

Result<PieceView> ReadView(Services& services, const Request& request, Piece piece);
Answer PieceAnswer(const Request& request, PieceView view, Change change);
void AddPieceEvent(Change& change, const Piece& piece, std::string kind, Instant at);

}  // namespace extramile::app
