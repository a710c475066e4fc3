// Signing in and out, and who one is: see_session, sign_in, sign_out, change_my_password.
//
// A session lasts twelve hours (a long shift) and is ended by signing out. After five wrong
// passwords in a row a name rests for 30 seconds, and twice as long after each further one, up to
// 15 minutes; meanwhile even the right password is refused. An unknown name, a wrong password and a
// resting name get the same answer after the same hashing.
//
// Changing one's password asks for the present one, so that a session that somebody left open is
// not enough; wrong ones count as at sign-in. It ends one's other sessions.
#pragma once

#include "app/use_case.h"

namespace extramile::app {

Result<Answer> SeeSession(Services& services, const Request& request);
// `request.organisation` is not looked at: the body says who it is, and where.
Result<Answer> SignIn(Services& services, const Request& request);
Result<Answer> SignOut(Services& services, const Request& request);
Result<Answer> ChangeMyPassword(Services& services, const Request& request);

}  // namespace extramile::app
