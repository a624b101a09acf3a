"""The addresses of the panel that are open to who has not signed in, because they are the way in (and out)."""

WAYS_IN = {"sign_in", "sign_out", "second_factor", "first_owner", "own_role", "forgotten", "new_password", "invited"}
