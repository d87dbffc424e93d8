"""What every part of Tabard stands on: actors, actions, states, events, listings. No tables, no app."""
