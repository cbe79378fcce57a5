<?php

namespace ErpBridge\View;

if (!defined('DIR_SYSTEM') && !defined('ERP_BRIDGE_TESTS')) {
    exit;
}

/**
 * Writes the agent's times (ISO 8601, UTC) in the shop's time zone.
 */
final class Clock
{
    /** @var \DateTimeZone */
    private $zone;

    /** @var string */
    private $format;

    /**
     * @param string $zone   name of a time zone; UTC when PHP does not know it
     * @param string $format as PHP's date()
     */
    public function __construct(string $zone, string $format)
    {
        try {
            $this->zone = new \DateTimeZone($zone);
        } catch (\Exception $error) {
            $this->zone = new \DateTimeZone('UTC');
        }

        $this->format = $format;
    }

    /**
     * Return a time as text, '' for none or for what is no time.
     *
     * @param mixed $time
     */
    public function text($time): string
    {
        $moment = $this->moment($time);

        return $moment ? $moment->setTimezone($this->zone)->format($this->format) : '';
    }

    /**
     * Return the seconds between two times, 0 where one is missing.
     *
     * @param mixed $from
     * @param mixed $to
     */
    public function seconds($from, $to): int
    {
        $start = $this->moment($from);
        $end = $this->moment($to);

        return $start && $end ? max(0, $end->getTimestamp() - $start->getTimestamp()) : 0;
    }

    public function zone(): string
    {
        return $this->zone->getName();
    }

    /**
     * @param mixed $time
     */
    private function moment($time): ?\DateTimeImmutable
    {
        if (!is_string($time) || $time === '') {
            return null;
        }

        try {
            return new \DateTimeImmutable($time, new \DateTimeZone('UTC'));
        } catch (\Exception $error) {
            return null;
        }
    }
}
