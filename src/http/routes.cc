#include "http/routes.h"

#include <algorithm>

#include "app/actions.h"
#include "app/authority_grants.h"
#include "app/case_steps.h"
#include "app/cases.h"
#include "app/change_procedure.h"
#include "app/checks.h"
#include "app/connections.h"
#include "app/consultations.h"
#include "app/customers.h"
#include "app/documents.h"
#include "app/effects.h"
#include "app/events.h"
#include "app/expectations.h"
#include "app/feedback.h"
#include "app/frameworks.h"
#include "app/gesture_ranking.h"
#include "app/gestures.h"
#include "app/ideas.h"
#include "app/import_calls.h"
#include "app/import_cases.h"
#include "app/improvements.h"
#include "app/incident_affected.h"
#include "app/incident_fulfilment.h"
#include "app/incidents.h"
#include "app/job_roles.h"
#include "app/matches.h"
#include "app/offers.h"
#include "app/open_ends.h"
#include "app/people.h"
#include "app/policy_info.h"
#include "app/policy_sets.h"
#include "app/proposals.h"
#include "app/queue_events.h"
#include "app/queues.h"
#include "app/receive_chatwoot.h"
#include "app/replay.h"
#include "app/see_coverage.h"
#include "app/sequels.h"
#include "app/session.h"
#include "app/tiles.h"
#include "app/tokens.h"
#include "app/which_gestures_work.h"
#include "app/working_hours.h"

namespace extramile::http {
namespace {

using enum app::Role;

constexpr app::Roles kPublic;
constexpr app::Roles kDesk = kAgent | kLead | kManager;
constexpr app::Roles kEveryone = kDesk | kLearner | kAssessor | kIqa | kEqa | kAdmin;

constexpr size_t kCaseImport = size_t{5} << 20;
constexpr size_t kCallLog = size_t{64} << 20;
constexpr size_t kPolicySet = size_t{5} << 20;  // 3 MiB of files, with their quotes escaped

// operation, method, path, roles, use case, body, and what is unusual. In the order of the
// contract.
const Route kRoutes[] = {
    {"see_session", "GET", "/api/v1/session", kEveryone, app::SeeSession},
    {"sign_in",
     "POST",
     "/api/v1/session",
     kPublic,
     app::SignIn,
     BodyKind::kJson,
     {.lane = Lane::kSlow}},
    {"sign_out",
     "DELETE",
     "/api/v1/session",
     kEveryone,
     app::SignOut,
     BodyKind::kNone,
     {.changes_callers = true}},
    {"list_tokens", "GET", "/api/v1/tokens", kEveryone, app::ListTokens},
    {"make_token",
     "POST",
     "/api/v1/tokens",
     kEveryone,
     app::MakeToken,
     BodyKind::kJson,
     {.secret = "token"}},
    {"revoke_token",
     "DELETE",
     "/api/v1/tokens/{id}",
     kEveryone,
     app::RevokeToken,
     BodyKind::kNone,
     {.changes_callers = true}},
    {"list_people", "GET", "/api/v1/people", kAgent | kLead | kManager | kAssessor | kAdmin,
     app::ListPeople},
    {"add_person",
     "POST",
     "/api/v1/people",
     kAdmin,
     app::AddPerson,
     BodyKind::kJson,
     {.lane = Lane::kSlow, .secret = "password"}},
    {"change_person",
     "PATCH",
     "/api/v1/people/{id}",
     kAdmin,
     app::ChangePerson,
     BodyKind::kOptionalJson,
     {.changes_callers = true}},
    {"list_job_roles", "GET", "/api/v1/job-roles", kAgent | kLead | kManager | kAdmin,
     app::ListJobRoles},
    {"add_job_role", "POST", "/api/v1/job-roles", kManager | kAdmin, app::AddJobRole,
     BodyKind::kJson},
    {"list_grants", "GET", "/api/v1/grants", kLead | kManager | kAdmin, app::ListGrants},
    {"grant_authority", "POST", "/api/v1/grants", kLead | kManager, app::GrantAuthority,
     BodyKind::kJson},
    {"revoke_authority", "POST", "/api/v1/grants/{id}/revoke", kLead | kManager,
     app::RevokeAuthority},
    {"see_my_authority", "GET", "/api/v1/authority", kDesk, app::SeeMyAuthority},
    {"list_budgets", "GET", "/api/v1/budgets", kLead | kManager | kAdmin, app::ListBudgets},
    {"add_budget", "POST", "/api/v1/budgets", kManager, app::AddBudget, BodyKind::kJson},
    {"list_offers", "GET", "/api/v1/offers", kEveryone, app::ListOffers},
    {"draft_offer", "POST", "/api/v1/offers", kManager, app::DraftOffer, BodyKind::kJson},
    {"see_current_offer", "GET", "/api/v1/offers/current", kEveryone, app::SeeCurrentOffer},
    {"see_offer", "GET", "/api/v1/offers/{id}", kEveryone, app::SeeOffer},
    {"publish_offer", "POST", "/api/v1/offers/{id}/publish", kManager, app::PublishOffer},
    {"list_gestures", "GET", "/api/v1/gestures", kEveryone, app::ListGestures},
    {"add_gesture", "POST", "/api/v1/gestures", kManager, app::AddGesture, BodyKind::kJson},
    {"which_gestures_work",
     "GET",
     "/api/v1/gestures/evidence",
     kDesk,
     app::WhichGesturesWork,
     BodyKind::kNone,
     {.lane = Lane::kSlow}},
    {"retire_gesture", "POST", "/api/v1/gestures/{id}/retire", kManager, app::RetireGesture},
    {"set_exploration", "POST", "/api/v1/exploration", kManager, app::SetExploration,
     BodyKind::kJson},
    {"see_monitor",
     "GET",
     "/api/v1/monitor",
     kDesk,
     app::SeeMonitor,
     BodyKind::kNone,
     {.lane = Lane::kSlow}},
    {"list_documents", "GET", "/api/v1/documents", kEveryone, app::ListDocuments},
    {"add_document", "POST", "/api/v1/documents", kManager, app::AddDocument, BodyKind::kJson},
    {"list_cases", "GET", "/api/v1/cases", kDesk, app::ListCases},
    {"open_case", "POST", "/api/v1/cases", kDesk, app::OpenCase, BodyKind::kJson},
    {"open_case_now", "POST", "/api/v1/cases/now", kDesk, app::OpenCaseNow,
     BodyKind::kOptionalJson},
    {"import_cases",
     "POST",
     "/api/v1/cases/import",
     kLead | kManager | kAdmin,
     app::ImportCases,
     BodyKind::kJsonOrCsv,
     {.max_body = kCaseImport, .lane = Lane::kSlow}},
    {"see_case", "GET", "/api/v1/cases/{id}", kAgent | kLead | kManager | kLearner, app::SeeCase},
    {"change_case", "PATCH", "/api/v1/cases/{id}", kDesk, app::ChangeCase, BodyKind::kOptionalJson},
    {"close_case", "POST", "/api/v1/cases/{id}/close", kDesk, app::CloseCase},
    {"mark_as_evidence", "POST", "/api/v1/cases/{id}/evidence", kDesk, app::MarkAsEvidence,
     BodyKind::kJson},
    {"take_case_step", "POST", "/api/v1/cases/{id}/steps", kDesk, app::TakeCaseStep,
     BodyKind::kJson},
    {"consult_document", "POST", "/api/v1/cases/{id}/documents-consulted", kDesk,
     app::ConsultDocument, BodyKind::kJson},
    {"explain_offer", "POST", "/api/v1/cases/{id}/offer-explanations", kDesk, app::ExplainOffer,
     BodyKind::kOptionalJson},
    {"note_expectation", "POST", "/api/v1/cases/{id}/expectations", kDesk, app::NoteExpectation,
     BodyKind::kJson},
    {"note_perception", "POST", "/api/v1/cases/{id}/perceptions", kDesk, app::NotePerception,
     BodyKind::kOptionalJson},
    {"suggest_match", "GET", "/api/v1/cases/{id}/match", kDesk, app::SuggestMatch},
    {"match_offer", "POST", "/api/v1/cases/{id}/match", kDesk, app::MatchOffer, BodyKind::kJson},
    {"see_tiles", "GET", "/api/v1/cases/{id}/tiles", kDesk, app::SeeTiles},
    {"tap_tile", "POST", "/api/v1/cases/{id}/tiles/{gesture}", kDesk, app::TapTile,
     BodyKind::kOptionalJson},
    {"propose_idea", "POST", "/api/v1/cases/{id}/ideas", kDesk, app::ProposeIdea,
     BodyKind::kOptionalJson},
    {"choose_idea", "POST", "/api/v1/ideas/{id}/choose", kDesk, app::ChooseIdea,
     BodyKind::kOptionalJson},
    {"preview_idea",
     "POST",
     "/api/v1/ideas/{id}/preview",
     kDesk,
     app::PreviewIdea,
     BodyKind::kOptionalJson,
     {.only_reads = true}},
    {"check_idea", "POST", "/api/v1/ideas/{id}/check", kDesk, app::CheckIdea,
     BodyKind::kOptionalJson},
    {"see_check", "GET", "/api/v1/checks/{id}", kAgent | kLead | kManager | kLearner | kAssessor,
     app::SeeCheck},
    {"consult", "POST", "/api/v1/ideas/{id}/consultations", kDesk, app::Consult, BodyKind::kJson},
    {"list_consultations", "GET", "/api/v1/consultations", kDesk, app::ListConsultations},
    {"answer_consultation", "POST", "/api/v1/consultations/{id}/answer", kLead | kManager,
     app::AnswerConsultation, BodyKind::kJson},
    {"confirm_consultation", "POST", "/api/v1/consultations/{id}/confirm", kLead | kManager,
     app::ConfirmConsultation},
    {"withdraw_consultation", "POST", "/api/v1/consultations/{id}/withdraw", kDesk,
     app::WithdrawConsultation},
    {"take_action", "POST", "/api/v1/ideas/{id}/actions", kDesk, app::TakeAction,
     BodyKind::kOptionalJson},
    {"change_action", "POST", "/api/v1/actions/{id}/state", kDesk, app::ChangeAction,
     BodyKind::kJson},
    {"make_promise", "POST", "/api/v1/actions/{id}/promises", kDesk, app::MakePromise,
     BodyKind::kJson},
    {"settle_promise", "POST", "/api/v1/promises/{id}/settle", kDesk, app::SettlePromise,
     BodyKind::kJson},
    {"tell_customer", "POST", "/api/v1/actions/{id}/awareness", kDesk, app::TellCustomer,
     BodyKind::kJson},
    {"observe_effect", "POST", "/api/v1/actions/{id}/effects", kDesk, app::ObserveEffect,
     BodyKind::kJson},
    {"note_outcome", "POST", "/api/v1/actions/{id}/outcomes", kDesk, app::NoteOutcome,
     BodyKind::kJson},
    {"note_feedback", "POST", "/api/v1/cases/{id}/feedback", kDesk, app::NoteFeedback,
     BodyKind::kJson},
    {"pass_on_feedback", "POST", "/api/v1/feedback/{id}/pass-on", kDesk, app::PassOnFeedback,
     BodyKind::kJson},
    {"acknowledge_feedback", "POST", "/api/v1/feedback-passed-on/{id}/acknowledge", kDesk,
     app::AcknowledgeFeedback},
    {"review_feedback", "POST", "/api/v1/feedback-reviews", kDesk, app::ReviewFeedback,
     BodyKind::kJson},
    {"list_open_ends", "GET", "/api/v1/open-ends", kDesk, app::ListOpenEnds},
    {"list_proposals",
     "GET",
     "/api/v1/proposals",
     kDesk,
     app::ListProposals,
     BodyKind::kNone,
     {.lane = Lane::kSlow}},
    {"propose_routine",
     "POST",
     "/api/v1/proposals",
     kDesk,
     app::ProposeRoutine,
     BodyKind::kJson,
     {.lane = Lane::kSlow}},
    {"move_proposal",
     "POST",
     "/api/v1/proposals/{id}/move",
     kDesk,
     app::MoveProposal,
     BodyKind::kJson,
     {.lane = Lane::kSlow}},
    {"see_change_procedure", "GET", "/api/v1/change-procedure", kDesk, app::SeeChangeProcedure},
    {"set_change_procedure", "POST", "/api/v1/change-procedure", kManager, app::SetChangeProcedure,
     BodyKind::kJson},
    {"see_improvement", "GET", "/api/v1/proposals/{id}/improvement", kDesk, app::SeeImprovement},
    {"change_improvement", "POST", "/api/v1/proposals/{id}/improvement", kLead | kManager,
     app::ChangeImprovement, BodyKind::kJson},
    {"list_incidents", "GET", "/api/v1/incidents", kDesk, app::ListIncidents},
    {"report_incident", "POST", "/api/v1/incidents", kDesk, app::ReportIncident, BodyKind::kJson},
    {"see_incident", "GET", "/api/v1/incidents/{id}", kDesk, app::SeeIncident},
    {"close_incident", "POST", "/api/v1/incidents/{id}/close", kDesk, app::CloseIncident},
    {"find_affected", "GET", "/api/v1/incidents/{id}/candidates", kDesk, app::FindAffected},
    {"add_affected",
     "POST",
     "/api/v1/incidents/{id}/affected",
     kDesk,
     app::AddAffected,
     BodyKind::kJsonOrCsv,
     {.lane = Lane::kSlow}},
    {"remove_affected", "DELETE", "/api/v1/incidents/{id}/affected/{case}", kDesk,
     app::RemoveAffected},
    {"propose_for_all", "POST", "/api/v1/incidents/{id}/ideas", kDesk, app::ProposeForAll,
     BodyKind::kOptionalJson},
    {"plan_fulfilment",
     "POST",
     "/api/v1/incidents/{id}/fulfilments",
     kDesk,
     app::PlanFulfilment,
     BodyKind::kJson,
     {.lane = Lane::kSlow}},
    {"take_next_piece", "POST", "/api/v1/incidents/{id}/next", kDesk, app::TakeNextPiece},
    {"finish_piece", "POST", "/api/v1/incident-pieces/{id}/done", kDesk, app::FinishPiece,
     BodyKind::kOptionalJson},
    {"tell_piece", "POST", "/api/v1/incident-pieces/{id}/told", kDesk, app::TellPiece,
     BodyKind::kOptionalJson},
    {"put_back_piece", "POST", "/api/v1/incident-pieces/{id}/put-back", kDesk, app::PutBackPiece},
    {"cancel_fulfilment", "POST", "/api/v1/fulfilments/{id}/cancel", kDesk, app::CancelFulfilment},
    {"see_customer", "GET", "/api/v1/customers/{id}", kDesk, app::SeeCustomer},
    {"erase_customer", "POST", "/api/v1/customers/{id}/erase", kAdmin | kManager,
     app::EraseCustomer},
    {"import_calls",
     "POST",
     "/api/v1/call-logs",
     kManager | kAdmin,
     app::ImportCalls,
     BodyKind::kJson,
     {.max_body = kCallLog, .lane = Lane::kSlow}},
    {"see_calibration", "GET", "/api/v1/calibrations/current", kDesk, app::SeeCalibration},
    {"see_forecast", "GET", "/api/v1/forecast", kDesk, app::SeeForecast},
    {"list_working_hours", "GET", "/api/v1/working-hours", kDesk, app::ListWorkingHours},
    {"set_working_hours", "POST", "/api/v1/working-hours", kManager, app::SetWorkingHours,
     BodyKind::kJson},
    {"list_queues", "GET", "/api/v1/queues", kDesk | kAdmin, app::ListQueues},
    {"take_queue_events", "POST", "/api/v1/queue-events", kManager | kAdmin, app::TakeQueueEvents,
     BodyKind::kJson},
    {"see_policy", "GET", "/api/v1/policy", kEveryone, app::SeePolicy},
    {"reload_policy", "POST", "/api/v1/policy/reload", kManager | kAdmin, app::ReloadPolicy},
    {"list_policy_sets", "GET", "/api/v1/policy-sets", kEveryone, app::ListPolicySets},
    {"draft_policy_set",
     "POST",
     "/api/v1/policy-sets",
     kManager | kAdmin,
     app::DraftPolicySet,
     BodyKind::kJson,
     {.max_body = kPolicySet, .lane = Lane::kSlow}},
    {"see_policy_set", "GET", "/api/v1/policy-sets/{id}", kEveryone, app::SeePolicySet},
    {"replace_policy_draft",
     "PATCH",
     "/api/v1/policy-sets/{id}",
     kManager | kAdmin,
     app::ReplacePolicyDraft,
     BodyKind::kJson,
     {.max_body = kPolicySet, .lane = Lane::kSlow}},
    {"check_policy_set",
     "GET",
     "/api/v1/policy-sets/{id}/check",
     kManager | kAdmin,
     app::CheckPolicySet,
     BodyKind::kNone,
     {.lane = Lane::kSlow}},
    {"replay_policy_set",
     "GET",
     "/api/v1/policy-sets/{id}/replay",
     kManager | kAdmin,
     app::ReplayPolicySet,
     BodyKind::kNone,
     {.lane = Lane::kSlow}},
    {"publish_policy_set",
     "POST",
     "/api/v1/policy-sets/{id}/publish",
     kManager | kAdmin,
     app::PublishPolicySet,
     BodyKind::kJson,
     {.lane = Lane::kSlow}},
    {"roll_back_policy_set",
     "POST",
     "/api/v1/policy-sets/{id}/roll-back",
     kManager | kAdmin,
     app::RollBackPolicySet,
     BodyKind::kNone,
     {.lane = Lane::kSlow}},
    {"list_events", "GET", "/api/v1/events", kManager | kAdmin | kEqa, app::ListEvents},
    {"list_frameworks", "GET", "/api/v1/frameworks", kEveryone, app::ListFrameworks},
    {"list_enrolments", "GET", "/api/v1/enrolments",
     kLearner | kAssessor | kIqa | kEqa | kAdmin | kAgent, app::ListEnrolments},
    {"enrol", "POST", "/api/v1/enrolments", kLearner | kAssessor | kAdmin, app::Enrol,
     BodyKind::kJson},
    {"see_coverage", "GET", "/api/v1/enrolments/{id}/coverage", kLearner | kAssessor | kIqa | kEqa,
     app::SeeCoverage},
    {"list_connections", "GET", "/api/v1/connections", kAdmin, app::ListConnections},
    {"add_connection",
     "POST",
     "/api/v1/connections",
     kAdmin,
     app::AddConnection,
     BodyKind::kJson,
     {.secret = "secret"}},
    {"receive_chatwoot", "POST", "/api/v1/webhooks/chatwoot/{organisation}/{connection}", kPublic,
     app::ReceiveChatwoot, BodyKind::kRaw},
    {"receive_queue_events", "POST", "/api/v1/webhooks/queue/{organisation}/{connection}", kPublic,
     app::ReceiveQueueEvents, BodyKind::kRaw},
};

}  // namespace

std::span<const Route> Routes() { return kRoutes; }

const Route* FindOperation(std::string_view operation) {
  const auto found = std::find_if(std::begin(kRoutes), std::end(kRoutes),
                                  [&](const Route& route) { return route.operation == operation; });
  return found == std::end(kRoutes) ? nullptr : found;
}

}  // namespace extramile::http
