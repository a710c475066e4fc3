// Control charts for people who look: CUSUM and EWMA of standardised values, and how often they
// raise a false alarm (average run length, ARL).
//
// The values are z = (measured - expected) / standard deviation. The stated run lengths hold for
// independent normal z; windows of a queue depend on one another, so charts here are for looking
// and for reacting, while a claim with an error rate comes from an e-process (late_windows.h).
// Sources: E. Page 1954, Biometrika 41 (CUSUM); S. Roberts 1959, Technometrics 1 (EWMA);
// D. Montgomery, Introduction to Statistical Quality Control, chapter 9. Run lengths: the integral
// equations of K. Champ and S. Rigdon 1991 (CUSUM) and S. Crowder 1987 (EWMA), solved at 64
// Gauss-Legendre nodes.
//
// Charts: O(1) updates, trivially copyable state, not synchronised. Run lengths: about 0.3 ms each.
//
//   Cusum chart({.slack = 0.5, .limit = 4});
//   if (chart.Update(z)) chart.Restart();            // about one false alarm in 168 windows
//   CusumRunLength({.slack = 0.5, .limit = 4}, 1);   // 8.383: windows until a shift of 1 is seen
#pragma once

#include <cstdint>

namespace extramile::inference {

struct CusumDesign {
  double slack = 0.5;  // k: half the shift to be found, in standard deviations; >= 0
  double limit = 4;    // h: in standard deviations; > 0
};

// Two-sided tabular CUSUM.
class Cusum {
 public:
  explicit Cusum(CusumDesign design = {}) : design_(design) {}
  // True if the chart now stands outside its limits.
  bool Update(double z);
  void Restart() { up_ = down_ = 0; }
  double up() const { return up_; }      // evidence for a shift upwards; alarm above the limit
  double down() const { return down_; }  // downwards, as a number >= 0
  bool above() const { return up_ > design_.limit; }

 private:
  CusumDesign design_;
  double up_ = 0;
  double down_ = 0;
};

struct EwmaDesign {
  double weight = 0.1;   // lambda: of the newest value; in (0, 1]
  double width = 2.814;  // L: of the limits, in standard deviations of the average; > 0
};

// Two-sided EWMA with the limits it has in the long run.
class Ewma {
 public:
  explicit Ewma(EwmaDesign design = {}) : design_(design) {}
  bool Update(double z);
  void Restart() { average_ = 0; }
  double average() const { return average_; }
  double limit() const;  // the chart is in control while |average| <= limit

 private:
  EwmaDesign design_;
  double average_ = 0;
};

// The mean number of values until a two-sided chart raises an alarm, when all values are
// independent and normal with this mean (in standard deviations) from the beginning.
double CusumRunLength(CusumDesign design, double shift);
double EwmaRunLength(EwmaDesign design, double shift);

}  // namespace extramile::inference
