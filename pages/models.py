"""Models: every model of the catalogue, to search, to read about, to compare, and to choose."""

from functools import partial

from components.frame.process import chat
from components.frame.same_page import keep_address
from components.frame.session import session, show_last_error
from components.models import actions
from components.models.card import model_card
from components.models.comparison import model_comparison
from components.models.listing import model_list
from components.settings.model_question import await_lists, model_question

keep_address(stayed=session().page == "models")
session().page = "models"
roster = chat().roster
named = actions.models_in_address()

show_last_error()
for number, meaning in enumerate(named.uncertain):
    model_question(meaning, roster, partial(actions.set_meaning, meaning.name), key=f"models_question-{number}")
# Not by st.stop(): widgets that it leaves out keep values here that the browser has forgotten.
match named.cards:
    case ():
        model_list(roster)
    case (card,):
        model_card(card, chat(), actions.way_back())
    case cards:
        model_comparison(cards, roster, actions.way_back())
await_lists(actions.names_in_address(), roster)
