"""The back office, for superusers: places, treatments, therapists, hours, time off and the policy.

Hours, time off and skills are written through `services.rota`, under the locks that bookings take. What the rota
refuses is shown on the form. Therapists, locations and treatments are taken out of use, never deleted, for visits and
rules refer to them.
"""

from services.admin import offers, policy, shifts, time_off

__all__ = ["offers", "policy", "shifts", "time_off"]
