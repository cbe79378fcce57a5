<?php

namespace ErpBridgeTests;

/**
 * Runs fake_agent.py for a test class and ends it by its process.
 */
final class FakeAgent
{
    /** @var resource */
    private $process;

    /** @var array<int, resource> */
    private $pipes;

    /** @var string */
    public $url;

    /** @var string */
    public $token;

    /**
     * @param string[] $options more command line options
     */
    public function __construct(array $options = [])
    {
        $command = array_merge(['python3', dirname(__DIR__) . '/fake_agent.py'], $options);
        $this->process = proc_open($command, [['pipe', 'r'], ['pipe', 'w'], STDERR], $this->pipes);
        $said = json_decode((string)fgets($this->pipes[1]), true);

        if (!is_array($said)) {
            throw new \RuntimeException('fake_agent.py did not start');
        }

        $this->url = $said['url'];
        $this->token = $said['token'];
    }

    public function stop(): void
    {
        proc_terminate($this->process);
        array_map('fclose', $this->pipes);
        proc_close($this->process);
    }
}
