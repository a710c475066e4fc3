// Gauss-Legendre quadrature with six points on [0, 1] (M. Abramowitz and I. Stegun 25.4.30,
// shifted): exact for polynomials up to the eleventh degree.
#pragma once

#include <array>

namespace extramile::queueing {

inline constexpr std::array<double, 6> kGaussNodes = {0.033765242898423975, 0.16939530676686776,
                                                      0.38069040695840156,  0.61930959304159849,
                                                      0.83060469323313224,  0.96623475710157603};
inline constexpr std::array<double, 6> kGaussWeights = {0.085662246189585178, 0.18038078652406930,
                                                        0.23395696728634552,  0.23395696728634552,
                                                        0.18038078652406930,  0.085662246189585178};

}  // namespace extramile::queueing
