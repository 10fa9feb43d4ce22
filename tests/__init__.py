"""The portal's tests: rules, domains, journeys, races and the house itself."""
