DROP TABLE sendings;
DROP TABLE messages;
DROP TABLE push_subscriptions;
DROP TABLE channel_choices;
DROP TABLE push_keys;
