"""The service: scheduling, supervision of jobs, conditions and alarms."""
