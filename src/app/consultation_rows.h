// Consultations as they are read.
#pragma once

#include "app/consultations.h"

namespace extramile::app {

// $1 organisation, $2 consultation: at most one row, as ConsultationFrom reads it.
extern const Sql kConsultationById;
// $1 organisation, $2 person, $3 "me" (asked, or its deputy), "mine" (asked by me) or "" for both,
// $4 a state or "", $5 1 where the person may answer what was put to nobody in particular. The
// newest 200, open ones first.
extern const Sql kConsultationsOfPerson;

}  // namespace extramile::app
