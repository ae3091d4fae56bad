"""The clerk: for each call the new value of every entry that is no money, and the events that the call tells.

All of it is stated anew from the state before, the arguments and the specification. What a stake is and what is paid
for it stands in the ledger (:mod:`dtao_properties.model.ledger`); here it is only asked whether there was any.
"""
