"""The contract: what the installed `stripe` SDK says about requests, answers, error codes and events.

The SDK is generated from Stripe's own description of its API, so its source is read (with `ast`, never imported) and no
second description is kept here: raise the version of `stripe`, and this server becomes as strict as the new version.
"""
