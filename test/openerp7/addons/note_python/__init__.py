# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
import reminder
import partner
import chat
import models
