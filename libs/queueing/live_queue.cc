#include "queueing/live_queue.h"

#include <algorithm>
#include <array>
#include <set>
#include <tuple>

namespace extramile::queueing {
namespace {

constexpr std::array<std::string_view, 5> kNames = {"entered", "answered", "left", "agent_off",
                                                    "agent_on"};

std::vector<std::string> SkillsFrom(std::string_view lines) {
  std::vector<std::string> skills;
  while (!lines.empty()) {
    const size_t end = std::min(lines.find('\n'), lines.size());
    skills.emplace_back(lines.substr(0, end));
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
  std::sort(skills.begin(), skills.end());
  skills.erase(std::unique(skills.begin(), skills.end()), skills.end());
  return skills;
}

}  // namespace

std::string_view QueueEventName(QueueEventKind kind) { return kNames[static_cast<size_t>(kind)]; }

std::optional<QueueEventKind> ParseQueueEvent(std::string_view name) {
  const auto found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<QueueEventKind>(found - kNames.begin());
}

bool LiveQueue::Word::operator<(const Word& other) const {
  return std::tie(at, kind, id) < std::tie(other.at, other.kind, other.id);
}

void LiveQueue::Take(const QueueEvent& event) {
  const bool ticket = event.ticket || tickets_.contains(event.contact);
  if (!seen_.emplace(event.id, Seen{event.at, ticket}).second) return;
  newest_ = std::max(newest_, event.at);
  if (event.kind == QueueEventKind::kAgentOff) {
    Instant& last_off = last_off_[event.agent];
    last_off = std::max(last_off, event.at);
  }
  if (ticket) {
    Instant& entered = tickets_[event.contact];
    if (event.kind == QueueEventKind::kEntered) entered = std::max(entered, event.at);
  }
  Word word{event.at, event.kind, event.id, event.agent, event.skill, event.due};
  Words& words = event.about_agent() ? agents_ : contacts_;
  const auto [at, is_new] =
      words.try_emplace(event.about_agent() ? event.agent : event.contact, word);
  if (!is_new && at->second < word) at->second = std::move(word);
}

const LiveQueue::Word* LiveQueue::LatestOn(const QueueEvent& event) const {
  const Words& words = WordsOf(event);
  const auto found = words.find(event.about_agent() ? event.agent : event.contact);
  return found == words.end() ? nullptr : &found->second;
}

Arrival LiveQueue::Judge(const QueueEvent& event, const LiveQueue& since) const {
  if (seen_.contains(event.id) || since.seen_.contains(event.id)) return Arrival::kDuplicate;
  const Word word{event.at, event.kind, event.id, event.agent, event.skill, event.due};
  for (const LiveQueue* known : {this, &since}) {
    const Word* latest = known->LatestOn(event);
    if (latest && word < *latest) return Arrival::kOutOfOrder;
  }
  return event.at < std::max(newest_, since.newest_) ? Arrival::kLate : Arrival::kInOrder;
}

void LiveQueue::ForgetBefore(Instant then) {
  const Instant tickets_then = then + -(kTicketHorizon - kHorizon);
  std::erase_if(contacts_, [&](const auto& entry) {
    return entry.second.at < (tickets_.contains(entry.first) ? tickets_then : then);
  });
  std::erase_if(tickets_, [&](const auto& entry) { return !contacts_.contains(entry.first); });
  std::erase_if(agents_, [&](const auto& entry) { return entry.second.at < then; });
  std::erase_if(last_off_, [&](const auto& entry) { return entry.second < then; });
  std::erase_if(seen_, [&](const auto& entry) {
    return entry.second.at < (entry.second.ticket ? tickets_then : then);
  });
}

std::optional<bool> LiveQueue::IsTicket(const std::string& contact) const {
  if (!contacts_.contains(contact)) return std::nullopt;
  return tickets_.contains(contact);
}

void LiveQueue::AddTicket(QueueState& state, const Word& word) {
  if (word.kind == QueueEventKind::kAnswered) ++state.tickets_in_hand;
  if (word.kind != QueueEventKind::kEntered || !word.due) return;
  state.tickets.push_back({*word.due, word.at});
  state.tickets_due_after_s += static_cast<double>(*word.due - word.at) / kMicrosPerSecond;
}

bool LiveQueue::TookTheCustomerAlong(const Word& answered) const {
  const auto off = last_off_.find(answered.agent);
  return off != last_off_.end() && off->second >= answered.at;
}

QueueState LiveQueue::StateAt(Instant now) const {
  const Instant horizon = now + -kHorizon;
  QueueState state;
  std::set<std::string_view> serving;
  for (const auto& [contact, word] : contacts_) {
    if (tickets_.contains(contact)) {
      if (word.at >= now + -kTicketHorizon) AddTicket(state, word);
      continue;
    }
    if (word.at < horizon || word.kind == QueueEventKind::kLeft) continue;
    if (word.kind == QueueEventKind::kEntered) {
      state.waiting.push_back({word.at, word.skill});
    } else if (!TookTheCustomerAlong(word)) {
      state.served_since.push_back(word.at);
      if (word.agent.empty() || serving.insert(word.agent).second) ++state.serving;
    }
  }
  for (const auto& [agent, word] : agents_) {
    if (word.at < horizon) continue;
    const bool on = word.kind == QueueEventKind::kAgentOn;
    state.agents_on = state.agents_on.value_or(0) + on;
    if (on) state.on.push_back({agent, SkillsFrom(word.skill), serving.contains(agent)});
  }
  std::sort(state.on.begin(), state.on.end(),
            [](const AgentOn& a, const AgentOn& b) { return a.id < b.id; });
  for (const auto& [contact, entered] : tickets_) {
    if (entered >= now + -kTicketHorizon) state.tickets_entered.push_back(entered);
  }
  if (!state.tickets.empty()) {
    state.tickets_due_after_s /= static_cast<double>(state.tickets.size());
  }
  std::sort(state.tickets.begin(), state.tickets.end());
  std::sort(state.tickets_entered.begin(), state.tickets_entered.end());
  std::sort(state.waiting.begin(), state.waiting.end());
  std::sort(state.served_since.begin(), state.served_since.end());
  return state;
}

}  // namespace extramile::queueing
