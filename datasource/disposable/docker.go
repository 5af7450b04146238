package disposable

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/network"
	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/log"
	"github.com/testcontainers/testcontainers-go/wait"
)

const (
	lookupTimeout = 10 * time.Second      // is the engine there, can the image be had
	pullTimeout   = 4 * time.Minute       // leaves time in the ten minutes that go test allows
	sessionLabel  = "precheck.session"    // of all containers of one process
	runLabel      = "precheck.dbtest.run" // value of PRECHECK_TEST_RUN, for whoever started the test binaries
)

// setUp makes testcontainers-go silent, and leaves ending containers to our own
// reaper: its helper's image is one more that would have to be pulled.
var setUp = sync.OnceFunc(func() {
	_ = os.Setenv("TESTCONTAINERS_RYUK_DISABLED", "true")
	log.SetDefault(log.NewNoopLogger())
})

var found memo[string]

func startContainer(ctx context.Context, p Product, o Options, args []string) (*Server, error) {
	images := o.Images
	if images == nil {
		images = TestImages(p)
	}
	image, err := found.get(strings.Join(images, " "), func() (string, error) { return findImage(images) })
	if err != nil {
		return nil, err
	}
	session, err := openSession()
	if err != nil {
		return nil, err
	}
	if err := session.register("docker"); err != nil {
		return nil, err
	}
	spec := products[p]
	ctx, cancel := context.WithTimeout(ctx, spec.timeout)
	defer cancel()

	s := &Server{
		Product: p, Host: "127.0.0.1", Service: spec.service,
		User: spec.user, Password: NewPassword(), Origin: "Docker image " + image,
	}
	if p == OracleXE && strings.Contains(image, ":11") {
		s.Service = "XE" // 11.2 has no pluggable databases
	}
	port := strconv.Itoa(spec.port) + "/tcp"
	exposed := []string{port}
	if o.Loopback {
		if s.Port, err = freePort(); err != nil {
			return nil, err
		}
		exposed, args = nil, slices.Concat(args, []string{"--bind-address=" + s.Host, "--port=" + strconv.Itoa(s.Port)})
	}
	options := []testcontainers.ContainerCustomizer{
		testcontainers.WithExposedPorts(exposed...),
		testcontainers.WithEnv(spec.env(s.Password)),
		testcontainers.WithCmd(args...),
		testcontainers.WithLabels(map[string]string{sessionLabel: session.id,
			runLabel: os.Getenv("PRECHECK_TEST_RUN")}),
		testcontainers.WithHostConfigModifier(func(c *container.HostConfig) {
			c.Tmpfs = maps.Clone(spec.tmpfs)
			if _, limited := c.Tmpfs[dataFolder]; limited && o.Disk > 0 {
				c.Tmpfs[dataFolder] = fmt.Sprintf("size=%d", o.Disk)
			}
			if o.Loopback {
				c.NetworkMode = network.NetworkHost
				return
			}
			c.PortBindings = network.PortMap{
				network.MustParsePort(port): {{HostIP: netip.MustParseAddr(s.Host)}},
			}
		}),
	}
	if spec.readyLog != "" {
		options = append(options, testcontainers.WithWaitStrategyAndDeadline(spec.timeout,
			wait.ForLog(spec.readyLog).WithStartupTimeout(spec.timeout)))
	}
	c, err := testcontainers.Run(ctx, image, options...)
	if c == nil {
		return nil, fmt.Errorf("image %s: %w", image, err)
	}
	s.stop = func() error { return removeContainers(c.GetContainerID()) }
	s.pause = func(pause bool) error { return pauseContainer(c.GetContainerID(), pause) }
	alive := func() error {
		ctx, cancel := context.WithTimeout(context.Background(), lookupTimeout)
		defer cancel()
		if state, err := c.State(ctx); err == nil && !state.Running {
			return fmt.Errorf("container ended with status %d", state.ExitCode)
		}
		return nil
	}
	if err == nil {
		err = s.awaitContainer(ctx, c, port, alive)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("image %s: %w%s", image, err, containerLog(c)), s.stop())
	}
	s.ended = func() error {
		if err := alive(); err != nil {
			return fmt.Errorf("%w%s", err, containerLog(c))
		}
		return nil
	}
	return s, nil
}

func (s *Server) awaitContainer(ctx context.Context, c *testcontainers.DockerContainer, port string,
	alive func() error) error {
	if s.Port == 0 {
		published, err := c.MappedPort(ctx, port)
		if err != nil {
			return err
		}
		s.Port = int(published.Num())
	}
	return s.Await(ctx, alive)
}

// containerLog returns the end of the container's output, to be appended to an error.
func containerLog(c *testcontainers.DockerContainer) string {
	ctx, cancel := context.WithTimeout(context.Background(), lookupTimeout)
	defer cancel()
	r, err := c.Logs(ctx)
	if err != nil {
		return ""
	}
	defer func() { _ = r.Close() }()
	text, _ := io.ReadAll(r)
	return tail(string(text))
}

// tail returns the last lines of a log, to be appended to an error.
func tail(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return "\n\t" + strings.Join(lines[max(0, len(lines)-15):], "\n\t")
}

// findImage returns one of the images that the engine has. It pulls the last one if it must and can.
func findImage(candidates []string) (string, error) {
	if slices.Equal(candidates, []string{"none"}) {
		return "", Unavailable("switched off")
	}
	docker, err := dockerClient()
	if err != nil {
		return "", unavailablef("no engine: %v", err)
	}
	defer func() { _ = docker.Close() }()

	ctx, cancel := context.WithTimeout(context.Background(), lookupTimeout)
	defer cancel()
	for _, image := range candidates {
		if _, err := docker.ImageInspect(ctx, image); err == nil {
			return image, nil
		}
	}
	public := candidates[len(candidates)-1]
	if _, err := docker.DistributionInspect(ctx, public, client.DistributionInspectOptions{}); err != nil {
		return "", unavailablef("no image %s, and it cannot be pulled: %v", strings.Join(candidates, " or "), err)
	}
	ctx, cancel = context.WithTimeout(context.Background(), pullTimeout)
	defer cancel()
	pull, err := docker.ImagePull(ctx, public, client.ImagePullOptions{})
	if err == nil {
		err = cmp.Or(pull.Wait(ctx), pull.Close())
	}
	if err != nil {
		return "", unavailablef("pull %s: %v", public, err)
	}
	return public, nil
}

// dockerClient returns a client of an engine that answers.
func dockerClient() (*testcontainers.DockerClient, error) {
	setUp()
	ctx, cancel := context.WithTimeout(context.Background(), lookupTimeout)
	defer cancel()
	docker, err := testcontainers.NewDockerClientWithOpts(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := docker.Ping(ctx, client.PingOptions{}); err != nil {
		_ = docker.Close()
		return nil, err
	}
	return docker, nil
}

// removeContainers ends and removes containers and their volumes, without a graceful stop. A missing one is
// not an error.
func removeContainers(ids ...string) error {
	docker, err := dockerClient()
	if err != nil {
		return err
	}
	defer func() { _ = docker.Close() }()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	var errs []error
	for _, id := range ids {
		_, err := docker.ContainerRemove(ctx, id, client.ContainerRemoveOptions{Force: true, RemoveVolumes: true})
		if err != nil && !errdefs.IsNotFound(err) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

func pauseContainer(id string, pause bool) error {
	docker, err := dockerClient()
	if err != nil {
		return err
	}
	defer func() { _ = docker.Close() }()
	ctx, cancel := context.WithTimeout(context.Background(), lookupTimeout)
	defer cancel()
	if pause {
		_, err = docker.ContainerPause(ctx, id, client.ContainerPauseOptions{})
	} else {
		_, err = docker.ContainerUnpause(ctx, id, client.ContainerUnpauseOptions{})
	}
	return err
}

// removeSession removes the containers of a session.
func removeSession(id string) error {
	docker, err := dockerClient()
	if err != nil {
		return err
	}
	defer func() { _ = docker.Close() }()
	ctx, cancel := context.WithTimeout(context.Background(), lookupTimeout)
	defer cancel()
	list, err := docker.ContainerList(ctx, client.ContainerListOptions{
		All: true, Filters: make(client.Filters).Add("label", sessionLabel+"="+id),
	})
	if err != nil {
		return err
	}
	var ids []string
	for _, c := range list.Items {
		ids = append(ids, c.ID)
	}
	return removeContainers(ids...)
}
