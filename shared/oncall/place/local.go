package place

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
)

// stack is what the local stack writes about itself for as long as it runs.
type stack struct {
	Endpoint  string `json:"endpoint"`
	Region    string `json:"region"`
	AccessKey string `json:"access_key"`
	SecretKey string `json:"secret_key"`
}

// stackFile is where, below the project's root.
var stackFile = filepath.Join(".task", "local.json")

// localOptions reach the local stack that runs in this project, unless the environment names an endpoint itself.
func localOptions() ([]func(*config.LoadOptions) error, error) {
	if os.Getenv("AWS_ENDPOINT_URL") != "" {
		return nil, nil
	}
	root, err := projectRoot()
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(filepath.Join(root, stackFile)) //nolint:gosec // the project's own file
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errors.New("no local stack runs in this project: `go tool task local` starts one")
	}
	if err != nil {
		return nil, fmt.Errorf("find the local stack: %w", err)
	}
	var s stack
	if err := json.Unmarshal(text, &s); err != nil {
		return nil, fmt.Errorf("read %s: %w", stackFile, err)
	}
	if s.Endpoint == "" || s.Region == "" || s.AccessKey == "" || s.SecretKey == "" {
		return nil, fmt.Errorf("%s lacks the endpoint, the region or the keys: `go tool task local` writes it anew", stackFile)
	}
	return []func(*config.LoadOptions) error{
		config.WithBaseEndpoint(s.Endpoint),
		config.WithRegion(s.Region),
		config.WithCredentialsProvider(credentials.NewStaticCredentialsProvider(s.AccessKey, s.SecretKey, "")),
	}, nil
}

// projectRoot is the folder with the go.mod around the working directory.
func projectRoot() (string, error) {
	folder, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("find the project: %w", err)
	}
	for {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			return folder, nil
		}
		parent := filepath.Dir(folder)
		if parent == folder {
			return "", errors.New("this is not in the project's folder, where the local stack would be found: go there, or give AWS_ENDPOINT_URL")
		}
		folder = parent
	}
}
