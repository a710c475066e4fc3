#include "queueing/erlang.h"

#include <algorithm>
#include <cmath>

namespace extramile::queueing {
namespace {

constexpr size_t kMostStates = 1'000'000;
constexpr double kNegligible = 1e-16;

Error InvalidPool(std::string message) {
  return Error{ErrorKind::kInvalid, "pool-input", std::move(message), "", ""};
}

}  // namespace

double ErlangB(int agents, double offered_load) {
  double inverse = 1;  // 1/B(n) = 1 + n/a * 1/B(n-1): stable, where B itself would underflow
  if (offered_load <= 0) return agents == 0 ? 1 : 0;
  for (int n = 1; n <= agents; ++n) {
    inverse = 1 + n / offered_load * inverse;
    if (std::isinf(inverse)) return 0;
  }
  return 1 / inverse;
}

double ErlangC(int agents, double offered_load) {
  if (offered_load >= agents) return 1;
  const double b = ErlangB(agents, offered_load);
  return b / (1 - offered_load / agents * (1 - b));
}

void StillWaiting(double service_per_s, double leave_per_s, double seconds,
                  std::vector<double>& out) {
  // The time until the service begins is a sum of exponentials with rates c, c + v, ..., c + m v.
  // The chance that it exceeds t is a regularised incomplete beta function; its terms follow from
  // one another and stay sane as v -> 0 (Poisson terms).
  const double c = service_per_s;
  const double v = leave_per_s;
  const double reach = v > 0 ? -std::expm1(-v * seconds) / v : seconds;
  GrowingTerm term(-c * seconds);
  double sum = term.value();
  for (size_t m = 0; m < out.size(); ++m) {
    out[m] = std::min(sum, 1.0);
    const auto next = static_cast<double>(m + 1);
    term.Times((c + static_cast<double>(m) * v) * reach / next);
    sum += term.value();
  }
}

Result<SteadyState> SteadyStateOf(const PoolInput& input) {
  if (!(input.arrivals_per_s >= 0) || !std::isfinite(input.arrivals_per_s)) {
    return Fail(InvalidPool("The arrival rate is not a number of 0 or more."));
  }
  if (!(input.handle_mean_s > 0) || !std::isfinite(input.handle_mean_s)) {
    return Fail(InvalidPool("The mean handle time is not a number above 0."));
  }
  if (!(input.patience_mean_s > 0)) return Fail(InvalidPool("The mean patience is not above 0."));
  if (input.agents < 1) return Fail(InvalidPool("There is no agent."));

  const double service = 1 / input.handle_mean_s;
  const double leave = 1 / input.patience_mean_s;
  const double load = input.arrivals_per_s * input.handle_mean_s;
  if (leave == 0 && load >= input.agents) {
    return Fail(ErrorKind::kInvalid, "pool-unstable",
                "Customers arrive faster than the agents can serve them and none gives up, so the "
                "queue grows without end.",
                "", "Add agents, or say how long customers wait before they give up.");
  }
  const auto out_rate = [&](size_t j) {
    const auto n = static_cast<size_t>(input.agents);
    return static_cast<double>(std::min(j, n)) * service +
           (j > n ? static_cast<double>(j - n) * leave : 0);
  };

  // Weights relative to the mode, outwards from it, so that nothing overflows whatever the load.
  SteadyState state;
  state.input_ = input;
  auto mode = static_cast<size_t>(std::min<double>(load, input.agents));
  while (mode < kMostStates && input.arrivals_per_s > out_rate(mode + 1)) ++mode;
  std::vector<double>& p = state.in_system_;
  p.assign(mode + 1, 0);
  p[mode] = 1;
  double total = 1;
  for (size_t j = mode; j > 0; --j) {
    p[j - 1] = input.arrivals_per_s > 0 ? p[j] * out_rate(j) / input.arrivals_per_s : 0;
    total += p[j - 1];
  }
  const auto agents = static_cast<size_t>(input.agents);
  for (size_t j = mode + 1;; ++j) {
    if (j > kMostStates) {
      return Fail(ErrorKind::kTooLarge, "pool-too-large",
                  "The usual queue is longer than a million customers.");
    }
    p.push_back(p.back() * input.arrivals_per_s / out_rate(j));
    total += p.back();
    if (j > agents && p.back() < kNegligible * total * (1 - input.arrivals_per_s / out_rate(j)))
      break;
  }

  double queue = 0;
  double busy = 0;
  for (size_t j = 0; j < p.size(); ++j) {
    p[j] /= total;
    busy += static_cast<double>(std::min(j, agents)) * p[j];
    if (j >= agents) state.p_wait += p[j];
    if (j > agents) queue += static_cast<double>(j - agents) * p[j];
  }
  state.utilisation = busy / input.agents;
  if (input.arrivals_per_s > 0) {
    state.mean_wait_s = queue / input.arrivals_per_s;
    state.p_abandon = state.mean_wait_s * leave;
  }
  return state;
}

double SteadyState::ProbabilityOfWaitOver(double seconds) const {
  const auto agents = static_cast<size_t>(input_.agents);
  if (in_system_.size() <= agents) return 0;
  std::vector<double> still(in_system_.size() - agents);
  const double leave = 1 / input_.patience_mean_s;
  StillWaiting(input_.agents / input_.handle_mean_s, leave, seconds, still);
  double sum = 0;
  for (size_t m = 0; m < still.size(); ++m) sum += in_system_[agents + m] * still[m];
  return sum * std::exp(-leave * seconds);
}

double SteadyState::ServiceLevel(double seconds) const {
  // Customers give up at the rate 1/patience times those who still wait: Simpson's rule over that.
  constexpr int kPanels = 128;
  double waiting = 0;
  for (int i = 0; i <= kPanels; ++i) {
    const double weight = i == 0 || i == kPanels ? 1 : i % 2 == 1 ? 4 : 2;
    waiting += weight * ProbabilityOfWaitOver(seconds * i / kPanels);
  }
  const double gave_up = waiting * seconds / kPanels / 3 / input_.patience_mean_s;
  return 1 - ProbabilityOfWaitOver(seconds) - gave_up;
}

double SteadyState::WaitPercentile(double share) const {
  const double beyond = 1 - share;
  if (ProbabilityOfWaitOver(0) <= beyond) return 0;
  double low = 0;
  double high = 1;
  while (ProbabilityOfWaitOver(high) > beyond) high *= 2;
  for (int i = 0; i < 80 && high - low > 1e-9 * high; ++i) {
    const double middle = (low + high) / 2;
    (ProbabilityOfWaitOver(middle) > beyond ? low : high) = middle;
  }
  return high;
}

}  // namespace extramile::queueing
