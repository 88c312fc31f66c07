package frontdoor

// settings are those of a function that moto does not keep, as they are in Lambda's API.
type settings struct {
	LoggingConfig    map[string]any
	DeadLetterConfig map[string]any
	KMSKeyArn        *string

	reserved *int
}

// settingsOf returns the kept settings of a function. The caller holds f.mu.
func (f *functionShim) settingsOf(name string) *settings {
	s := f.byName[name]
	if s == nil {
		s = &settings{}
		f.byName[name] = s
	}
	return s
}

// update keeps what a call changed and returns the present state. What a call does not name stays.
func (f *functionShim) update(name string, changed *settings) settings {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := f.settingsOf(name)
	if changed != nil && changed.LoggingConfig != nil {
		s.LoggingConfig = changed.LoggingConfig
	}
	if changed != nil && changed.DeadLetterConfig != nil {
		s.DeadLetterConfig = changed.DeadLetterConfig
	}
	if changed != nil && changed.KMSKeyArn != nil {
		s.KMSKeyArn = changed.KMSKeyArn
	}
	return *s
}

// complete adds the settings to a function's description as Lambda does.
func (s settings) complete(o map[string]any, name string) {
	if o == nil {
		return
	}
	logging := map[string]any{"LogFormat": "Text", "LogGroup": "/aws/lambda/" + name}
	if s.LoggingConfig["LogFormat"] == "JSON" {
		logging["ApplicationLogLevel"], logging["SystemLogLevel"] = "INFO", "INFO"
	}
	for key, value := range s.LoggingConfig {
		if value != "" && value != nil {
			logging[key] = value
		}
	}
	o["LoggingConfig"] = logging
	if target, _ := s.DeadLetterConfig["TargetArn"].(string); target != "" {
		o["DeadLetterConfig"] = s.DeadLetterConfig
	}
	if s.KMSKeyArn != nil && *s.KMSKeyArn != "" {
		o["KMSKeyArn"] = *s.KMSKeyArn
	}
}
